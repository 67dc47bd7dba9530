import type { JoinAnswer } from '../../modules/rooms/model.ts';
import { callAsUser, signedInUser } from './session.ts';

/** In this browser session the same guest comes back as the same one. */
const guestKey = (room: string) => `didar.guest.${room}`;

/** Asks to be let into a room, as who is signed in, else as a guest. Throws an error whose message is for the person. */
export async function joinRoom(room: string, name: string): Promise<JoinAnswer> {
  const guest = sessionStorage.getItem(guestKey(room)) ?? undefined;
  const body = { room, name, ...(guest !== undefined && signedInUser() === undefined && { guest }) };
  const joined = await callAsUser<JoinAnswer>('POST', '/api/room/join', body);
  if (joined.guest !== undefined) sessionStorage.setItem(guestKey(room), joined.guest);
  return joined;
}
