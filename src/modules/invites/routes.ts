import { Elysia, t } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import { RoomParams } from '../rooms/model.ts';
import type { Invites } from './invites.ts';
import { InviteCreate, InviteCreated, InvitePage, InviteParams } from './model.ts';

const tags = ['rooms'];

/** `/api/room/:name/invites`: links by which people come in. */
export const inviteRoutes = ({ invites }: { invites: Invites }) =>
  new Elysia({ name: 'invites', prefix: '/api/room/:name/invites' })
    .use(requestContext)
    .get('/', ({ principal, params, query }) => invites.list(principal, params.name, query), {
      params: RoomParams,
      query: PageQuery,
      response: { 200: InvitePage },
      detail: { summary: 'Invitations to a room', tags },
    })
    .post(
      '/',
      ({ principal, params, body, set }) => {
        set.status = 201;
        return invites.create(principal, params.name, body ?? {});
      },
      {
        params: RoomParams,
        body: t.Optional(InviteCreate),
        response: { 201: InviteCreated },
        detail: { summary: 'Make an invitation: its link and token are shown once', tags },
      },
    )
    .delete(
      '/:id',
      ({ principal, params, status }) => {
        invites.revoke(principal, params.name, params.id);
        return status(204, undefined);
      },
      {
        params: InviteParams,
        response: { 204: t.Void() },
        detail: { summary: 'Revoke an invitation', tags },
      },
    );
