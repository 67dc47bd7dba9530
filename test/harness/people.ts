import type { LoginAnswer, User } from '../../src/modules/auth/model.ts';
import type { LiveParticipant } from '../../src/modules/participants/model.ts';
import type { JoinAnswer, JoinRequest, Room, RoomCreate } from '../../src/modules/rooms/model.ts';
import { asAdmin, type Didar } from './didar.ts';
import { ok } from './http.ts';
import { createRtcClient, type RtcClient } from './rtc-client/client.ts';
import { eventually } from './within.ts';

const PASSWORD = 'correct horse battery';
let serial = 0;

/** An account, signed in. */
export interface Account {
  readonly user: User;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
}

export async function createAccount(didar: Didar, role: 'admin' | 'user' = 'user'): Promise<Account> {
  const email = `person${++serial}@example.org`;
  await asAdmin<User>(didar, '/api/user', {
    json: { email, name: `Person ${serial}`, role, password: PASSWORD },
  });
  return login(didar, email, PASSWORD);
}

export async function login(didar: Didar, email: string, password: string): Promise<Account> {
  const answer = ok(await didar.api<LoginAnswer>('/api/auth/login', { json: { email, password } }));
  return { user: answer.user, password, token: answer.accessToken, refreshToken: answer.refreshToken };
}

/** A public room unless told otherwise, with a name that no other test has. */
export function createRoom(didar: Didar, settings: RoomCreate = {}): Promise<Room> {
  const name = `room-${process.pid}-${++serial}`;
  return asAdmin<Room>(didar, '/api/room', { json: { name, access: 'public', ...settings } });
}

/** Asks to join, as a guest without a token. */
export async function joinToken(
  didar: Didar,
  room: string,
  options: Omit<JoinRequest, 'room'> & { readonly token?: string } = {},
): Promise<JoinAnswer> {
  const { token, ...rest } = options;
  const json = { room, ...(token ? {} : { name: `Guest ${++serial}` }), ...rest };
  return ok(await didar.api<JoinAnswer>('/api/room/join', { json, token }));
}

/** Someone in a meeting: their client and how they came in. */
export interface Attendee {
  readonly client: RtcClient;
  readonly identity: string;
  readonly join: JoinAnswer;
}

/** Joins with a real client and waits until the server knows of it. */
export async function attend(
  didar: Didar,
  room: string,
  options: Parameters<typeof joinToken>[2] = {},
): Promise<Attendee> {
  const join = await joinToken(didar, room, options);
  const client = createRtcClient();
  try {
    await client.connect(join.url, join.token);
    await eventually(
      async () => await participant(didar, room, join.identity),
      `${join.identity} in the state`,
    );
  } catch (error) {
    await client.close();
    throw error;
  }
  return { client, identity: join.identity, join };
}

/** Who is in the room, as the API tells a moderator. */
export async function participants(didar: Didar, room: string): Promise<readonly LiveParticipant[]> {
  const { items } = await asAdmin<{ items: LiveParticipant[] }>(didar, `/api/room/${room}/participants`);
  return items;
}

export async function participant(didar: Didar, room: string, identity: string) {
  return (await participants(didar, room)).find((someone) => someone.identity === identity);
}
