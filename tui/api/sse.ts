export interface SseMessage {
  /** `comment` for comment lines, which servers send as heartbeats. */
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/**
 * Reads a `text/event-stream` body. Source: the HTML standard, section 9.2.6; fields other than event, data and id
 * are of no use here and skipped.
 */
export async function* readSse(body: ReadableStream<Uint8Array>): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  let rest = '';
  let message = empty();
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (message.data.length > 0) yield finish(message);
        message = empty();
      } else if (line.startsWith(':')) {
        yield { event: 'comment', data: line.slice(1).trim(), id: undefined };
      } else {
        addField(message, line);
      }
    }
  }
}

interface Draft {
  event: string;
  data: string[];
  id: string | undefined;
}

const empty = (): Draft => ({ event: 'message', data: [], id: undefined });

const finish = (draft: Draft): SseMessage => ({ ...draft, data: draft.data.join('\n') });

function addField(draft: Draft, line: string): void {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'event') draft.event = value;
  else if (field === 'data') draft.data.push(value);
  else if (field === 'id') draft.id = value;
}
