import { Elysia } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import type { Clock } from '../../lib/clock.ts';
import { PageQuery } from '../../lib/schema.ts';
import { ParticipantParams } from '../participants/model.ts';
import { RoomParams } from '../rooms/model.ts';
import { Waiting, WaitingPage, WaitingQuery, WaitQuery } from './model.ts';
import { waitStream } from './stream.ts';
import type { WaitingRoom } from './waiting-room.ts';

export interface WaitingRoutesDeps {
  readonly waiting: WaitingRoom;
  readonly clock: Clock;
  readonly openStreams: Set<() => void>;
}

const tags = ['participants'];
const STREAM = {
  200: { description: '`waiting`, then how it ended', content: { 'text/event-stream': {} } },
};

/** `/api/waiting`, `/api/room/:name/waiting`, its admit and refuse, and the stream of who waits. */
export const waitingRoutes = ({ waiting, clock, openStreams }: WaitingRoutesDeps) =>
  new Elysia({ name: 'waiting', prefix: '/api' })
    .use(requestContext)
    .get('/waiting', ({ principal, query }) => waiting.listAll(principal, query), {
      query: PageQuery,
      response: { 200: WaitingPage },
      detail: { summary: 'Everyone who waits to be let into any room', tags },
    })
    .get(
      '/room/:name/waiting',
      ({ principal, params, query }) => waiting.list(principal, params.name, query),
      {
        params: RoomParams,
        query: WaitingQuery,
        response: { 200: WaitingPage },
        detail: { summary: 'Who waits to be let in, or was admitted or refused in this meeting', tags },
      },
    )
    .post(
      '/room/:name/participants/:identity/admit',
      ({ principal, params }) => waiting.admit(principal, params.name, params.identity),
      {
        params: ParticipantParams,
        response: { 200: Waiting },
        detail: { summary: 'Let someone in who waits, or was refused', tags },
      },
    )
    .post(
      '/room/:name/participants/:identity/refuse',
      ({ principal, params }) => waiting.refuse(principal, params.name, params.identity),
      {
        params: ParticipantParams,
        response: { 200: Waiting },
        detail: { summary: 'Keep someone out until the meeting is over, who waits or was let in', tags },
      },
    )
    .get(
      '/room/:name/wait',
      ({ params, query, request }) =>
        waitStream({
          who: waiting.resume(params.name, query.ticket),
          listen: waiting.listen,
          clock,
          signal: request.signal,
          onOpen(end) {
            openStreams.add(end);
            return () => void openStreams.delete(end);
          },
        }),
      {
        params: RoomParams,
        query: WaitQuery,
        // The ticket says who it is.
        detail: {
          summary: 'How waiting ends: admitted, refused or ended (server-sent events)',
          tags,
          security: [],
          responses: STREAM,
        },
      },
    );
