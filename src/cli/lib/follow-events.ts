import { DomainError } from '../../lib/errors.ts';
import type { DidarEvent } from '../../modules/events/model.ts';
import type { ApiClient } from './api-client.ts';
import { printNote } from './output.ts';

const RETRY_MS = 1_000;

/**
 * Events as they happen, until the signal. A connection that ends is made again, and goes on after the last event that
 * was seen. Throws what the first connection is refused with.
 */
export async function* followEvents(
  client: ApiClient,
  query: URLSearchParams,
  signal: AbortSignal,
): AsyncGenerator<DidarEvent> {
  let after: string | undefined;
  for (let first = true; !signal.aborted; first = false) {
    try {
      const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': after };
      const answer = await client.open(`/api/event/stream?${query}`, { headers, signal });
      for await (const event of eventsIn(answer.body)) {
        if (event.id > 0) after = String(event.id);
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (first || !(error instanceof DomainError && error.code === 'daemon_unreachable')) throw error;
    }
    if (signal.aborted) return;
    printNote('The connection ended; trying again.');
    await Bun.sleep(RETRY_MS);
  }
}

/** The events in a `text/event-stream` (HTML standard, section 9.2.6) of ours, whose data is one line. */
async function* eventsIn(body: ReadableStream<Uint8Array> | null): AsyncGenerator<DidarEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      const told = JSON.parse(line.slice('data: '.length)) as Partial<DidarEvent>;
      // `hello` and `reset` speak of the stream itself.
      if (told.kind !== undefined) yield told as DidarEvent;
    }
  }
}
