import type { JoinAnswer } from '../../modules/rooms/model.ts';

/** In this browser session the same guest comes back as the same one. */
const guestKey = (room: string) => `didar.guest.${room}`;

/** Asks to be let into a room. Throws an error whose message is for the person. */
export async function joinRoom(room: string, name: string): Promise<JoinAnswer> {
  const guest = sessionStorage.getItem(guestKey(room)) ?? undefined;
  const response = await fetch('/api/room/join', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ room, name, guest }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(describeProblem(answer, response.status));
  const joined = answer as JoinAnswer;
  if (joined.guest !== undefined) sessionStorage.setItem(guestKey(room), joined.guest);
  return joined;
}

function describeProblem(problem: unknown, status: number): string {
  const detail = problem && typeof problem === 'object' && 'detail' in problem ? problem.detail : undefined;
  return typeof detail === 'string' ? detail : `The server answered ${status}. Try again in a moment.`;
}
