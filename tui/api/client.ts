import type { Permissions } from '../../src/access/permissions.ts';
import type { Me, User } from '../../src/modules/auth/model.ts';
import type { Finding } from '../../src/modules/doctor/model.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Invite, InviteCreate, InviteCreated } from '../../src/modules/invites/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { LiveParticipant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Denial, Member, Room, RoomChange, RoomCreate } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import type { Usage } from '../../src/modules/usage/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import { type BackgroundApi, createBackgroundApi } from './background.ts';
import { ask, type Endpoint } from './endpoint.ts';
import { ApiError } from './error.ts';
import { all } from './pages.ts';
import { readSse, type SseMessage } from './sse.ts';
import { createTreaty, dataOf, inPath, problemOf } from './treaty.ts';

/** Checks try real connections, each with a limit of its own. */
const DOCTOR_LIMIT_MS = 120_000;

export type { Me };

/** What may still be done by everyone. */
export type Lowered = Pick<NonNullable<Room['lowered']>, 'publish' | 'subscribe' | 'data'>;

export interface Person {
  readonly room: string;
  readonly identity: string;
}

export interface EventsOf {
  readonly room?: string;
  readonly object?: string;
}

/** The routes of the server that the dashboard uses. Every call throws {@link ApiError}. */
export interface Api extends BackgroundApi {
  system(): Promise<System>;
  /** The one-time code of a server without an admin; undefined where there is one, or for whoever is not local. */
  setupCode(): Promise<string | undefined>;
  /** Who is asking, as the server sees it. */
  me(): Promise<Me>;
  rooms(): Promise<Room[]>;
  participants(): Promise<LiveParticipant[]>;
  /** Those who wait to be let into any room. Empty with a server whose version has no waiting rooms. */
  waiting(): Promise<Waiting[]>;
  /** The newest events, of all or of one room or one object (`job:j_1`), oldest first. */
  events(limit: number, of?: EventsOf): Promise<DidarEvent[]>;
  /** Undefined with a server whose version doesn't tell. */
  network(): Promise<NetworkHealth | undefined>;
  /** Undefined with a server whose version doesn't tell. */
  usage(): Promise<Usage | undefined>;
  /** Runs the server's checks of itself. */
  diagnose(): Promise<Finding[]>;
  /** The last lines of livekit's log. */
  log(): Promise<string[]>;
  /** Undefined with a server whose version does not record. */
  recordings(): Promise<Recording[] | undefined>;
  startRecording(room: string): Promise<void>;
  stopRecording(id: string): Promise<void>;
  createRoom(room: RoomCreate): Promise<Room>;
  changeRoom(name: string, change: RoomChange): Promise<Room>;
  /** Of everyone who doesn't moderate: silent until they are let speak. */
  silence(room: string, silent: boolean): Promise<Room>;
  /** Leaves everyone who doesn't moderate this much, until it is restored. */
  lower(room: string, left: Lowered): Promise<Room>;
  restore(room: string): Promise<Room>;
  mute(person: Person, lock: boolean): Promise<void>;
  /** `requested` when only the participant can do it and was asked. */
  unmute(person: Person): Promise<'done' | 'requested'>;
  kick(person: Person): Promise<void>;
  /** `address`: guests from where they came are kept out for a day as well. */
  ban(person: Person, address?: boolean): Promise<void>;
  /** Who is kept out of a room. */
  denials(room: string): Promise<Denial[]>;
  /** Lets someone in again. */
  lift(room: string, denial: string): Promise<void>;
  /** Whom a moderator refused in this meeting of the room. */
  refused(room: string): Promise<Waiting[]>;
  /** For good, with its members and invitations; its recordings stay. */
  deleteRoom(name: string): Promise<void>;
  members(room: string): Promise<Member[]>;
  setMember(room: string, user: string, role: Member['role']): Promise<Member>;
  removeMember(room: string, user: string): Promise<void>;
  /** Makes a user the owner, and a moderator of whoever was. */
  transfer(room: string, user: string): Promise<Member>;
  invites(room: string): Promise<Invite[]>;
  revokeInvite(room: string, id: string): Promise<void>;
  /** Accounts: the one with this email, or all. */
  users(email?: string): Promise<User[]>;
  deleteRecording(id: string): Promise<void>;
  admit(person: Person): Promise<void>;
  refuse(person: Person): Promise<void>;
  invite(room: string, invite: InviteCreate): Promise<InviteCreated>;
  permit(person: Person, change: Partial<Permissions>): Promise<void>;
  /** The stream of events; ends when the server ends it. `after` is the id of the last event seen. */
  stream(after: string | undefined, signal: AbortSignal): AsyncGenerator<SseMessage>;
}

export function createApi(endpoint: Endpoint): Api {
  const treaty = createTreaty(endpoint);
  const { api } = treaty;
  const room = (name: string) => api.room({ name: inPath(name) });
  const person = ({ room: name, identity }: Person) =>
    room(name).participants({ identity: inPath(identity) });

  return {
    ...createBackgroundApi(treaty),
    system: () => dataOf(api.system.get()),
    async setupCode() {
      const status = await dataOf(api.auth.setup.get()).catch(() => undefined);
      return status?.code ?? undefined;
    },
    me: () => dataOf(api.auth.me.get()),
    rooms: () => all((query) => api.room.get({ query })),
    participants: () => all((query) => api.participant.get({ query })),
    waiting: async () => (await all((query) => api.waiting.get({ query })).catch(unlessUnknown)) ?? [],
    async events(limit, of) {
      const query = { limit, ...of };
      const page = await dataOf(api.event.get({ query }));
      return page.items.reverse();
    },
    network: () => dataOf(api.system.network.get()).catch(unlessUnknown),
    usage: () => dataOf(api.system.usage.get()).catch(unlessUnknown),
    recordings: () => all((query) => api.recording.get({ query })).catch(unlessUnknown),
    startRecording: async (name) => void (await dataOf(room(name).recordings.post({}))),
    stopRecording: async (id) => void (await dataOf(api.recording({ id: inPath(id) }).stop.post())),
    async diagnose() {
      const signal = AbortSignal.timeout(DOCTOR_LIMIT_MS);
      return (await dataOf(api.system.doctor.post(undefined, { fetch: { signal } }))).findings;
    },
    log: async () => (await dataOf(api.system.log.get())).lines,
    createRoom: (wanted) => dataOf(api.room.post(wanted)),
    changeRoom: (name, change) => dataOf(room(name).patch(change)),
    mute: async (who, lock) => void (await dataOf(person(who).mute.post({ lock }))),
    silence: async (name, silent) =>
      silent
        ? (await dataOf(room(name).mute.post({ lock: true }))).room
        : (await dataOf(room(name).unmute.post())).room,
    lower: (name, left) => dataOf(room(name).lower.post(left)),
    restore: (name) => dataOf(room(name).restore.post()),
    unmute: async (who) => (await dataOf(person(who).unmute.post())).state,
    kick: async (who) => void (await dataOf(person(who).kick.post({}))),
    ban: async (who, address = false) =>
      void (await dataOf(person(who).ban.post(address ? { address } : {}))),
    async permit(who, { publish, ...rest }) {
      const permissions = { ...rest, ...(publish && { publish: [...publish] }) };
      await dataOf(person(who).patch({ permissions }));
    },
    denials: (name) => all((query) => room(name).denials.get({ query })),
    lift: async (name, id) =>
      void (await dataOf(
        room(name)
          .denials({ id: inPath(id) })
          .delete(),
      )),
    refused: (name) => all((query) => room(name).waiting.get({ query: { ...query, state: 'refused' } })),
    deleteRoom: async (name) => void (await dataOf(room(name).delete())),
    members: (name) => all((query) => room(name).members.get({ query })),
    setMember: (name, user, role) =>
      dataOf(
        room(name)
          .members({ user: inPath(user) })
          .put({ role }),
      ),
    removeMember: async (name, user) =>
      void (await dataOf(
        room(name)
          .members({ user: inPath(user) })
          .delete(),
      )),
    transfer: (name, user) => dataOf(room(name).owner.post({ user })),
    invites: (name) => all((query) => room(name).invites.get({ query })),
    revokeInvite: async (name, id) =>
      void (await dataOf(
        room(name)
          .invites({ id: inPath(id) })
          .delete(),
      )),
    users: (email) =>
      all((query) => api.user.get({ query: { ...query, ...(email !== undefined && { email }) } })),
    deleteRecording: async (id) => void (await dataOf(api.recording({ id: inPath(id) }).delete())),
    admit: async (who) => void (await dataOf(person(who).admit.post())),
    refuse: async (who) => void (await dataOf(person(who).refuse.post())),
    invite: (name, wanted) => dataOf(room(name).invites.post(wanted)),
    async *stream(after, signal) {
      const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': after };
      const response = await ask(endpoint, '/api/event/stream', { headers, signal });
      if (!response.ok) throw problemOf(await response.json().catch(() => null), response.status);
      if (response.body) yield* readSse(response.body);
    },
  };
}

/** A route that an older server doesn't have is no fault. */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}
