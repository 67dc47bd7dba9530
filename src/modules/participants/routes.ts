import { Elysia } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import { RoomParams } from '../rooms/model.ts';
import {
  BanBody,
  KickBody,
  MuteBody,
  Participant,
  ParticipantChange,
  ParticipantPage,
  ParticipantParams,
  Removed,
  UnmuteAnswer,
} from './model.ts';
import type { Participants } from './participants.ts';
import type { Removal } from './removal.ts';

const tags = ['participants'];
const params = ParticipantParams;

/** `/api/participant`, `/api/room/:name/participants` and what can be done to each of them. */
export const participantRoutes = ({ participants }: { participants: Participants }) =>
  new Elysia({ name: 'participants', prefix: '/api' })
    .use(requestContext)
    .get('/participant', ({ principal, query }) => participants.listAll(principal, query), {
      query: PageQuery,
      response: { 200: ParticipantPage },
      detail: { summary: 'Everyone who is in any room', tags },
    })
    .get(
      '/room/:name/participants',
      ({ principal, params, query }) => participants.list(principal, params.name, query),
      {
        params: RoomParams,
        query: PageQuery,
        response: { 200: ParticipantPage },
        detail: { summary: 'Who is in a room: tracks, path, permissions', tags },
      },
    )
    .patch(
      '/room/:name/participants/:identity',
      ({ principal, params, body }) =>
        participants.change(principal, params.name, params.identity, body.permissions),
      {
        params,
        body: ParticipantChange,
        response: { 200: Participant },
        detail: { summary: 'Change what someone may do, now and for later joins', tags },
      },
    )
    .post(
      '/room/:name/participants/:identity/kick',
      async ({ principal, params, body }) =>
        removed(await participants.kick(principal, params.name, params.identity, body?.reason)),
      {
        params,
        body: KickBody,
        response: { 200: Removed },
        detail: { summary: 'Remove someone, and keep them out until it is lifted', tags },
      },
    )
    .post(
      '/room/:name/participants/:identity/ban',
      async ({ principal, params, body }) =>
        removed(await participants.ban(principal, params.name, params.identity, body ?? {})),
      {
        params,
        body: BanBody,
        response: { 200: Removed },
        detail: { summary: 'Keep someone out who need not be in the room now', tags },
      },
    )
    .post(
      '/room/:name/participants/:identity/mute',
      ({ principal, params, body }) =>
        participants.mute(principal, params.name, params.identity, body?.lock ?? false),
      {
        params,
        body: MuteBody,
        response: { 200: Participant },
        detail: { summary: "Mute someone's microphone; with lock it stays muted", tags },
      },
    )
    .post(
      '/room/:name/participants/:identity/unmute',
      ({ principal, params }) => participants.unmute(principal, params.name, params.identity),
      {
        params,
        response: { 200: UnmuteAnswer },
        detail: { summary: 'Lift the lock, and unmute or ask to', tags },
      },
    );

const removed = ({ identity, denial, addressUntil }: Removal) => ({
  identity,
  denial: { id: denial.id, expiresAt: denial.expiresAt },
  addressUntil,
});
