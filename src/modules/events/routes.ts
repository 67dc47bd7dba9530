import { Elysia } from 'elysia';
import { authorize, decide, type RoomFacts } from '../../access/decide.ts';
import type { Principal } from '../../access/principal.ts';
import { type RequestContext, requestContext } from '../../access/request-context.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { exportEvents } from './export.ts';
import { EventExportQuery, type EventNarrowing, EventPage, EventQuery, EventStreamQuery } from './model.ts';
import type { EventFilter } from './repo.ts';
import type { Events } from './service.ts';
import { eventStream } from './stream.ts';

const JSON_LINES = {
  200: { description: 'One event a line', content: { 'application/x-ndjson': {} } },
};
const SERVER_SENT_EVENTS = {
  200: { description: '`hello`, then one message an event', content: { 'text/event-stream': {} } },
};

export interface EventRoutesDeps {
  readonly events: Events;
  readonly clock: Clock;
  /** Throws `room_not_found` for a room that the principal can't know of. */
  readonly factsFor: (principal: Principal, room: string) => RoomFacts;
  /** The same request authenticated again, as of now. */
  readonly reauthenticate: (request: Request, client: RequestContext['client']) => Principal;
  readonly openStreams: Set<() => void>;
}

/** `GET /api/event`, `/api/event/export`, `/api/event/stream`. */
export const eventRoutes = ({ events, clock, factsFor, reauthenticate, openStreams }: EventRoutesDeps) => {
  /** Admins read everything; a moderator the events of one room, named in the query. */
  const mayRead = (principal: Principal, room: string | undefined): void => {
    if (room === undefined || decide(principal, 'events.read')) authorize(principal, 'events.read');
    else authorize(principal, 'room.events', factsFor(principal, room));
  };

  return new Elysia({ name: 'events', prefix: '/api/event' })
    .use(requestContext)
    .get(
      '/',
      ({ principal, query }) => {
        mayRead(principal, query.room);
        return events.list(filterOf(query), {
          order: query.order ?? 'desc',
          from: cursorOf(query.cursor),
          limit: query.limit ?? 100,
        });
      },
      {
        query: EventQuery,
        response: { 200: EventPage },
        detail: { summary: 'What happened, newest first', tags: ['events'] },
      },
    )
    .get(
      '/export',
      ({ principal, query }) => {
        mayRead(principal, query.room);
        return exportEvents(events, filterOf(query));
      },
      {
        query: EventExportQuery,
        detail: {
          summary: 'What happened, oldest first, all of it as JSON lines',
          tags: ['events'],
          responses: JSON_LINES,
        },
      },
    )
    .get(
      '/stream',
      ({ principal, client, query, request }) => {
        mayRead(principal, query.room);
        return eventStream({
          events,
          clock,
          filter: filterOf(query),
          after: cursorOf(request.headers.get('last-event-id') ?? query.after),
          signal: request.signal,
          stillAllowed: () => {
            try {
              mayRead(reauthenticate(request, client), query.room);
              return true;
            } catch (error) {
              if (error instanceof DomainError) return false;
              throw error;
            }
          },
          onOpen(end) {
            openStreams.add(end);
            return () => void openStreams.delete(end);
          },
        });
      },
      {
        query: EventStreamQuery,
        detail: {
          summary: 'Events as they happen (server-sent events)',
          tags: ['events'],
          responses: SERVER_SENT_EVENTS,
        },
      },
    );
};

function filterOf({
  kind,
  since,
  until,
  actor,
  object,
  room,
  identity,
  outcome,
}: EventNarrowing): EventFilter {
  const kinds = kind?.split(',').filter((word) => word !== '');
  return { kinds, actor, object, room, identity, outcome, since: timeOf(since), until: timeOf(until) };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function cursorOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const id = Number(text);
  if (Number.isSafeInteger(id) && id >= 0) return id;
  throw new DomainError('cursor_invalid', `"${text.slice(0, 40)}" is no event id.`, {
    fix: 'Use `next` of the page before, or the id of the last event that you saw.',
  });
}
