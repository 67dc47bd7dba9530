import { type Reading, readMetrics } from './reading.ts';

const LIMIT_MS = 5_000;

/** Where a livekit-server shows its metrics to us. */
export interface MetricsPlace {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/**
 * Asks for the metrics and reads them.
 *
 * @throws Error when nothing answers within 5 s, or something other than 200
 */
export async function fetchMetrics(place: MetricsPlace): Promise<Reading> {
  return readMetrics(await fetchMetricsText(place, LIMIT_MS));
}

/** The same as it stands there, within `limitMs`. */
export async function fetchMetricsText(
  { url, username, password }: MetricsPlace,
  limitMs: number,
): Promise<string> {
  const headers: Record<string, string> =
    username === undefined ? {} : { authorization: `Basic ${btoa(`${username}:${password ?? ''}`)}` };
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(limitMs) });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`GET ${url} answered ${answer.status}`);
  }
  return answer.text();
}
