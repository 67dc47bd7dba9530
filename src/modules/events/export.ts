import type { EventFilter } from './repo.ts';
import type { Events } from './service.ts';

const PAGE_SIZE = 500;

/**
 * Every event that matches, oldest first, as JSON lines. Read page by page as the reader takes them, so that a long
 * history costs no memory; it ends with the newest event of the moment at which it began.
 */
export function exportEvents(events: Events, filter: EventFilter): Response {
  const encoder = new TextEncoder();
  const last = events.lastId();
  let from = 0;

  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { items, next } = events.list(filter, { order: 'asc', from, limit: PAGE_SIZE });
      const wanted = items.filter(({ id }) => id <= last);
      if (wanted.length > 0) {
        controller.enqueue(encoder.encode(wanted.map((event) => `${JSON.stringify(event)}\n`).join('')));
      }
      from = items.at(-1)?.id ?? last;
      if (next === null || from >= last) controller.close();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="didar-events.jsonl"',
    },
  });
}
