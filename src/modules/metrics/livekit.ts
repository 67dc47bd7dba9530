import type { Clock } from '../../lib/clock.ts';

/** A scrape waits for the media server's part no longer than this: Prometheus gives up after ten seconds. */
const LIMIT_MS = 2_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** Whoever asks again within this time gets what was read before. */
const HOLDS_MS = 1_000;

export interface LiveKitMetrics {
  /** livekit's metrics as a text of their own; undefined where there are none, or none in time. */
  read(): Promise<string | undefined>;
}

export interface LiveKitMetricsDeps {
  /** Its metrics; undefined where it shows none to us. */
  readonly fetch: (limitMs: number) => Promise<string | undefined>;
  readonly clock: Clock;
}

/** Reads livekit's metrics for who scrapes ours: one question at a time, however many ask. */
export function createLiveKitMetrics({ fetch, clock }: LiveKitMetricsDeps): LiveKitMetrics {
  let reading: { readonly at: number; readonly text: Promise<string | undefined> } | undefined;

  async function ask(): Promise<string | undefined> {
    const text = await fetch(LIMIT_MS).catch(() => undefined);
    return text === undefined || text.length > MAX_CHARACTERS ? undefined : renamed(text);
  }

  return {
    read() {
      if (reading === undefined || clock.now() - reading.at >= HOLDS_MS)
        reading = { at: clock.now(), text: ask() };
      return reading.text;
    },
  };
}

/** What livekit tells of its own process would be taken for ours. */
function renamed(text: string): string {
  return text.replace(/^(# (?:HELP|TYPE) )?(?=(?:process|go|promhttp)_)/gm, '$1livekit_');
}
