import { Elysia, t } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import type { Join } from './join.ts';
import type { Members } from './members.ts';
import {
  JoinAnswer,
  JoinRequest,
  JoinWaiting,
  Member,
  MemberChange,
  MemberPage,
  OwnerChange,
  Room,
  RoomChange,
  RoomCreate,
  RoomPage,
  RoomParams,
  RoomQuery,
} from './model.ts';
import type { Rooms } from './service.ts';

const MemberParams = t.Composite([
  RoomParams,
  t.Object({ user: t.String({ minLength: 1, maxLength: 100 }) }),
]);
const tags = ['rooms'];

/** `/api/room`, `/api/room/join`, `/api/room/:name` and its members. */
export const roomRoutes = ({ rooms, join, members }: { rooms: Rooms; join: Join; members: Members }) =>
  new Elysia({ name: 'rooms', prefix: '/api/room' })
    .use(requestContext)
    .post(
      '/join',
      async ({ principal, body, request, client, set }) => {
        const answer = await join(principal, body, request, client);
        if ('state' in answer) set.status = 202;
        return answer;
      },
      {
        body: JoinRequest,
        response: { 200: JoinAnswer, 202: JoinWaiting },
        // Guests have no token.
        detail: {
          summary: 'Join a room: where to connect and with which token, or where to wait',
          tags,
          security: [{}, { bearer: [] }],
        },
      },
    )
    .get('/', ({ principal, query }) => rooms.list(principal, query), {
      query: RoomQuery,
      response: { 200: RoomPage },
      detail: { summary: 'Rooms by name', tags },
    })
    .post(
      '/',
      async ({ principal, body, set }) => {
        const room = await rooms.create(principal, body ?? {});
        set.status = 201;
        return room;
      },
      {
        body: t.Optional(RoomCreate),
        response: { 201: Room },
        detail: { summary: 'Create a room', tags },
      },
    )
    .get('/:name', ({ principal, params }) => rooms.get(principal, params.name), {
      params: RoomParams,
      response: { 200: Room },
      detail: { summary: 'One room', tags },
    })
    .patch('/:name', ({ principal, params, body }) => rooms.change(principal, params.name, body), {
      params: RoomParams,
      body: RoomChange,
      response: { 200: Room },
      detail: { summary: 'Change, lock, close or reopen a room', tags },
    })
    .delete(
      '/:name',
      async ({ principal, params, status }) => {
        await rooms.delete(principal, params.name);
        return status(204, undefined);
      },
      {
        params: RoomParams,
        response: { 204: t.Void() },
        detail: { summary: 'End the meeting and delete the room', tags },
      },
    )
    .get(
      '/:name/members',
      ({ principal, params, query }) => members.list(principal, params.name, query.cursor, query.limit),
      {
        params: RoomParams,
        query: PageQuery,
        response: { 200: MemberPage },
        detail: { summary: 'Members of a room', tags },
      },
    )
    .post(
      '/:name/owner',
      ({ principal, params, body }) => members.transfer(principal, params.name, body.user),
      {
        params: RoomParams,
        body: OwnerChange,
        response: { 200: Member },
        detail: { summary: 'Hand the room over: who owned it becomes a moderator', tags },
      },
    )
    .put(
      '/:name/members/:user',
      ({ principal, params, body }) => members.set(principal, params.name, params.user, body.role),
      {
        params: MemberParams,
        body: MemberChange,
        response: { 200: Member },
        detail: { summary: 'Make a user a member, or change the role', tags },
      },
    )
    .delete(
      '/:name/members/:user',
      async ({ principal, params, status }) => {
        await members.remove(principal, params.name, params.user);
        return status(204, undefined);
      },
      { params: MemberParams, response: { 204: t.Void() }, detail: { summary: 'Remove a member', tags } },
    );
