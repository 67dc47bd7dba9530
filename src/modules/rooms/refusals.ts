import type { Refusal } from '../../access/enter.ts';
import { DomainError } from '../../lib/errors.ts';
import type { RoomRow } from './repo.ts';
import { roomNotFound } from './service.ts';

const REFUSALS: Readonly<
  Record<
    Exclude<Refusal, 'room_not_found'>,
    (room: RoomRow, why: string) => readonly [message: string, fix: string]
  >
> = {
  join_not_allowed: ({ name }) => [
    `Only members may join "${name}".`,
    'Ask an owner or moderator of the room to make you a member, or for an invitation.',
  ],
  guests_not_allowed: ({ name }) => [
    `Guests may not join "${name}".`,
    'Log in with an account of this server, or ask for an invitation; an owner can make the room public (didar room set --access public).',
  ],
  invite_invalid: ({ name }, why) => [
    `This invitation to "${name}" does not hold: ${why}.`,
    'Ask whoever sent it for another one.',
  ],
  join_denied: ({ name }) => [
    `You were removed from "${name}" and may not come back yet.`,
    'A moderator can lift this: didar room admit, DELETE /api/room/:name/denials/:id.',
  ],
  join_refused: ({ name }) => [
    `You were not let into "${name}".`,
    'A moderator can still let you in during this meeting: didar room admit.',
  ],
  room_closed: ({ name }) => [`"${name}" is closed.`, 'An owner can open it again: didar room open.'],
  room_locked: ({ name }) => [
    `"${name}" is locked: nobody new comes in.`,
    'Ask someone in the room to unlock it.',
  ],
  room_full: ({ name, maxParticipants }) => [
    `"${name}" is full (${maxParticipants}).`,
    'Wait until someone leaves, or raise maxParticipants of the room.',
  ],
  password_required: ({ name }) => [`"${name}" has a password.`, 'Send it as "password".'],
  password_wrong: ({ name }) => [
    `This is not the password of "${name}".`,
    'Ask whoever invited you for it, or for an invitation, which needs none.',
  ],
};

/** Why someone does not come in; `why` is what is wrong with their invitation, as the end of a sentence. */
export function refusalOf(refusal: Refusal, room: RoomRow, why = 'it is not one of this room'): DomainError {
  if (refusal === 'room_not_found') return roomNotFound(room.name);
  const [message, fix] = REFUSALS[refusal](room, why);
  return new DomainError(refusal, message, { fix });
}
