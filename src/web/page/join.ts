import type { JoinAnswer, JoinWaiting } from '../../modules/rooms/model.ts';
import { callAsUser, signedInUser } from './session.ts';

/** In this browser session the same guest comes back as the same one. */
const guestKey = (room: string) => `didar.guest.${room}`;

export interface Knock {
  readonly room: string;
  readonly name: string;
  readonly password: string | undefined;
  readonly invite: string | undefined;
}

/** Asks to be let into a room, as who is signed in, else as a guest; or to wait at its door. Throws `Refusal`. */
export async function joinRoom(knock: Knock): Promise<JoinAnswer | JoinWaiting> {
  const key = guestKey(knock.room);
  const guest = signedInUser() === undefined ? (sessionStorage.getItem(key) ?? undefined) : undefined;
  const joined = await callAsUser<JoinAnswer | JoinWaiting>('POST', '/api/room/join', { ...knock, guest });
  if (joined.guest !== undefined) sessionStorage.setItem(key, joined.guest);
  return joined;
}
