import type { DidarEvent } from '../../src/modules/events/model.ts';
import { within } from './within.ts';

export interface StreamOptions {
  readonly url: string;
  readonly unix?: string;
  readonly token?: string;
  readonly lastEventId?: string;
}

/** An open `text/event-stream`; keeps every event that came. */
export interface EventStream {
  readonly events: readonly DidarEvent[];
  /** The first event that matches, past or to come. */
  until(matches: (event: DidarEvent) => boolean, limitMs?: number): Promise<DidarEvent>;
  close(): void;
}

/** Opens the stream and resolves once the server has answered. */
export async function openStream(options: StreamOptions): Promise<EventStream> {
  const { url, unix, token, lastEventId } = options;
  const aborter = new AbortController();
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (token) headers.authorization = `Bearer ${token}`;
  if (lastEventId) headers['last-event-id'] = lastEventId;
  const response = await fetch(url, { headers, signal: aborter.signal, ...(unix ? { unix } : {}) });
  if (response.status !== 200 || !response.body) {
    throw new Error(`the stream answered ${response.status}: ${await response.text()}`);
  }
  const events: DidarEvent[] = [];
  const body = response.body;
  const reading = (async () => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).trim())
          .join('\n');
        if (data) events.push(JSON.parse(data));
      }
    }
  })();
  // It ends by our abort or by the server's stop; either is fine, and `until` says what did not come.
  reading.catch(() => undefined);

  return {
    events,
    async until(matches, limitMs = 20_000) {
      return await within(
        limitMs,
        () => events.find(matches),
        `an event of the stream (there were: ${events.map(({ kind }) => kind).join(', ')})`,
      );
    },
    close: () => aborter.abort(),
  };
}
