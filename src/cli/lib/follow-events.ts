import { DomainError } from '../../lib/errors.ts';
import type { DidarEvent } from '../../modules/events/model.ts';
import type { ApiClient } from './api-client.ts';
import { printNote } from './output.ts';

const RETRY_MS = 1_000;
const FIRST_FAULT = 500;

/** What the stream tells: an event, or, as `hello` and `reset`, how far the stored ones go. */
type Told = DidarEvent | { readonly lastEventId: number };

/**
 * Events as they happen, until the signal. A connection that ends is made again, and goes on after the last event that
 * there was. Throws what the first connection is refused with, and what any later one is refused with for good.
 */
export async function* followEvents(
  client: ApiClient,
  query: URLSearchParams,
  signal: AbortSignal,
): AsyncGenerator<DidarEvent> {
  let after: number | undefined;
  let isAway = false;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': `${after}` };
      const answer = await client.open(`/api/event/stream?${query}`, { headers, signal });
      if (isAway) printNote('Connected again.');
      isAway = false;
      for await (const { name, told } of toldIn(answer.body)) {
        if ('kind' in told) {
          if (told.id > 0) after = told.id;
          yield told;
        } else if (name === 'reset') {
          printNote('Too much happened meanwhile to be shown here: see didar event list.');
          after = told.lastEventId;
        } else after ??= told.lastEventId;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (after === undefined || !isPassing(error)) throw error;
    }
    if (signal.aborted) return;
    if (!isAway) printNote('The connection ended; trying again.');
    isAway = true;
    await Bun.sleep(RETRY_MS);
  }
}

/** Nobody answers, the server can't just now, or the connection broke in the middle of the stream (`ECONNRESET`). */
function isPassing(error: unknown): boolean {
  if (!(error instanceof DomainError)) return error instanceof Error && 'code' in error;
  const { status } = error.details ?? {};
  return error.code === 'daemon_unreachable' || (typeof status === 'number' && status >= FIRST_FAULT);
}

/** The messages in a `text/event-stream` (HTML standard, section 9.2.6) of ours, whose data is one line. */
async function* toldIn(
  body: ReadableStream<Uint8Array> | null,
): AsyncGenerator<{ readonly name: string; readonly told: Told }> {
  const decoder = new TextDecoder();
  let rest = '';
  let name = '';
  for await (const chunk of body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('event: ')) name = line.slice('event: '.length);
      if (line.startsWith('data: ')) yield { name, told: JSON.parse(line.slice('data: '.length)) as Told };
    }
  }
}
