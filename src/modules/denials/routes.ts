import { Elysia, t } from 'elysia';
import { authorize, type RoomFacts } from '../../access/decide.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import { DenialPage, RoomName, RoomParams } from '../rooms/model.ts';
import type { Denials } from './denials.ts';

export interface DenialRoutesDeps {
  readonly denials: Denials;
  /** Throws `room_not_found` for a room that the principal can't know of. */
  readonly visible: (
    principal: Principal,
    room: string,
  ) => { readonly row: { readonly id: string; readonly name: string }; readonly facts: RoomFacts };
}

const tags = ['participants'];

/** `/api/room/:name/denials`: who is kept out; let in again. */
export const denialRoutes = ({ denials, visible }: DenialRoutesDeps) => {
  const moderated = (principal: Principal, name: string) => {
    const { row, facts } = visible(principal, name);
    authorize(principal, 'room.moderate', facts);
    return row;
  };

  return new Elysia({ name: 'denials', prefix: '/api/room/:name/denials' })
    .use(requestContext)
    .get('/', ({ principal, params, query }) => denials.list(moderated(principal, params.name).id, query), {
      params: RoomParams,
      query: PageQuery,
      response: { 200: DenialPage },
      detail: { summary: 'Who is kept out of a room: kicked, banned', tags },
    })
    .delete(
      '/:id',
      ({ principal, params, status }) => {
        denials.lift(moderated(principal, params.name), params.id, actorOf(principal));
        return status(204, undefined);
      },
      {
        params: t.Object({ name: RoomName, id: t.String({ maxLength: 100 }) }),
        response: { 204: t.Void() },
        detail: { summary: 'Let someone in again', tags },
      },
    );
};
