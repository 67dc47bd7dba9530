import type { Clock } from '../../lib/clock.ts';
import type { DidarEvent } from './model.ts';
import type { EventFilter } from './repo.ts';
import type { Events } from './service.ts';

/** Below the shortest idle limit of proxies in common use. */
const HEARTBEAT_MS = 15_000;
/** Who missed more than this is told to read the lists again (`reset`). */
const REPLAY_LIMIT = 1_000;
/** A reader that is this many bytes behind is let go; it resumes by `Last-Event-ID`. */
const BACKLOG_BYTES = 1_048_576;
/** After these, whoever listens may no longer be allowed to. */
const RIGHTS_CHANGED = new Set([
  'login.revoked',
  'token.revoked',
  'user.changed',
  'user.deleted',
  'member.changed',
]);

export interface StreamOptions {
  readonly events: Events;
  readonly clock: Clock;
  readonly filter: EventFilter;
  /** The last event id that the reader saw. */
  readonly after: number | undefined;
  readonly signal: AbortSignal;
  /** Asked again when rights change and with each heartbeat; false ends the stream. */
  readonly stillAllowed: () => boolean;
  /** Called with a function that ends this stream, for a stopping server; returns one to forget it. */
  readonly onOpen: (end: () => void) => () => void;
}

/**
 * An event stream (WHATWG HTML, server-sent events): `hello` with the newest id, what was missed since
 * `after`, then events as they happen. Stream-only events carry no id.
 */
export function eventStream(options: StreamOptions): Response {
  const { events, clock, filter, after, signal, stillAllowed, onOpen } = options;
  let end = (): void => undefined;
  const encoder = new TextEncoder();

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        const releases: (() => void)[] = [];
        end = () => {
          if (!open) return;
          open = false;
          for (const release of releases) release();
          signal.removeEventListener('abort', end);
          controller.close();
        };
        const send = (text: string): void => {
          if (!open) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) < 0) end();
        };
        const check = (): void => {
          if (!stillAllowed()) end();
        };

        signal.addEventListener('abort', end, { once: true });
        send(frame('hello', { lastEventId: events.lastId() }));
        for (const text of missed(events, filter, after)) send(text);
        releases.push(
          events.subscribe((event) => {
            if (wanted(event, filter)) send(eventFrame(event));
            if (RIGHTS_CHANGED.has(event.kind)) check();
          }),
          clock.every(HEARTBEAT_MS, () => {
            send(': still here\n\n');
            check();
          }),
          onOpen(end),
        );
      },
      cancel: () => end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BACKLOG_BYTES }),
  );

  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

function missed(events: Events, filter: EventFilter, after: number | undefined): string[] {
  if (after === undefined) return [];
  const { items, next } = events.list(filter, { order: 'asc', from: after, limit: REPLAY_LIMIT });
  const unknown = after > events.lastId();
  return next !== null || unknown
    ? [frame('reset', { lastEventId: events.lastId() })]
    : items.map(eventFrame);
}

export function wanted(event: DidarEvent, filter: EventFilter): boolean {
  const { kinds, actor, object, room, identity, outcome } = filter;
  return (
    (room === undefined || event.room === room) &&
    (identity === undefined || event.identity === identity) &&
    (actor === undefined || event.actor === actor) &&
    (object === undefined || event.object === object) &&
    (outcome === undefined || event.outcome === outcome) &&
    (kinds === undefined ||
      kinds.length === 0 ||
      kinds.some((kind) => (kind.endsWith('.') ? event.kind.startsWith(kind) : event.kind === kind)))
  );
}

function eventFrame(event: DidarEvent): string {
  const id = event.id === 0 ? '' : `id: ${event.id}\n`;
  return `${id}${frame(event.kind, event)}`;
}

function frame(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
