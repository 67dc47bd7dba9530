import { Elysia } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import { Room, RoomParams } from '../rooms/model.ts';
import { LowerBody, MuteAllBody, Silenced } from './model.ts';
import type { Participants } from './participants.ts';

const tags = ['participants'];

/** `/api/room/:name/{mute,unmute,lower,restore}`: what is done to everyone who doesn't moderate. */
export const everyoneRoutes = ({ participants }: { participants: Participants }) =>
  new Elysia({ name: 'everyone', prefix: '/api/room/:name' })
    .use(requestContext)
    .post(
      '/mute',
      ({ principal, params, body }) => participants.muteAll(principal, params.name, body ?? {}),
      {
        params: RoomParams,
        body: MuteAllBody,
        response: { 200: Silenced },
        detail: { summary: 'Mute everyone but moderators; with lock nobody can speak until unmute', tags },
      },
    )
    .post('/unmute', ({ principal, params }) => participants.unmuteAll(principal, params.name), {
      params: RoomParams,
      response: { 200: Silenced },
      detail: { summary: 'Lift the lock of everyone, and ask them to unmute', tags },
    })
    .post('/lower', ({ principal, params, body }) => participants.lower(principal, params.name, body), {
      params: RoomParams,
      body: LowerBody,
      response: { 200: Room },
      detail: { summary: 'Leave everyone but moderators only this, now and at later joins', tags },
    })
    .post('/restore', ({ principal, params }) => participants.restore(principal, params.name), {
      params: RoomParams,
      response: { 200: Room },
      detail: { summary: 'Give everyone back what was lowered', tags },
    });
