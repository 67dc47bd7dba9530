import type { Permissions } from '../../src/access/permissions.ts';
import type { Me } from '../../src/modules/auth/model.ts';
import type { Diagnosis, Finding } from '../../src/modules/doctor/model.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { InviteCreate, InviteCreated } from '../../src/modules/invites/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { Participant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room, RoomChange, RoomCreate } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import { ask, type Endpoint } from './endpoint.ts';
import { ApiError } from './error.ts';
import { readSse, type SseMessage } from './sse.ts';

const REQUEST_LIMIT_MS = 15_000;
/** Checks try real connections, each with a limit of its own. */
const DOCTOR_LIMIT_MS = 120_000;
const PAGE_SIZE = 500;

export type { Me };

interface SetupStatus {
  readonly needed: boolean;
  readonly code: string | null;
}

export interface Person {
  readonly room: string;
  readonly identity: string;
}

/** The routes of the server that the dashboard uses. Every call throws {@link ApiError}. */
export interface Api {
  system(): Promise<System>;
  /** The one-time code of a server without an admin; undefined where there is one, or for whoever is not local. */
  setupCode(): Promise<string | undefined>;
  /** Who is asking, as the server sees it. */
  me(): Promise<Me>;
  rooms(): Promise<Room[]>;
  participants(): Promise<Participant[]>;
  /** Those who wait to be let into any room. Empty with a server whose version has no waiting rooms. */
  waiting(): Promise<Waiting[]>;
  /** The newest events, oldest first. */
  events(limit: number): Promise<DidarEvent[]>;
  /** Undefined with a server whose version doesn't tell. */
  network(): Promise<NetworkHealth | undefined>;
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
  mute(person: Person, lock: boolean): Promise<void>;
  /** `requested` when only the participant can do it and was asked. */
  unmute(person: Person): Promise<'done' | 'requested'>;
  kick(person: Person): Promise<void>;
  ban(person: Person): Promise<void>;
  admit(person: Person): Promise<void>;
  refuse(person: Person): Promise<void>;
  invite(room: string, invite: InviteCreate): Promise<InviteCreated>;
  permit(person: Person, change: Partial<Permissions>): Promise<void>;
  /** The stream of events; ends when the server ends it. `after` is the id of the last event seen. */
  stream(after: string | undefined, signal: AbortSignal): AsyncGenerator<SseMessage>;
}

export function createApi(endpoint: Endpoint): Api {
  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    limitMs = REQUEST_LIMIT_MS,
  ): Promise<T> {
    const response = await ask(endpoint, path, {
      method,
      signal: AbortSignal.timeout(limitMs),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch((error: unknown) => {
      if (error instanceof ApiError) throw error;
      throw new ApiError('unreachable', `no answer within ${limitMs / 1000} s`, 0);
    });
    if (!response.ok) throw await problemOf(response);
    return (await response.json().catch(() => null)) as T;
  }

  async function all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor === null ? {} : { cursor }) });
      const page: { items: T[]; next: string | null } = await call('GET', `${path}?${query}`);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  }

  const personPath = ({ room, identity }: Person) =>
    `/api/room/${encodeURIComponent(room)}/participants/${encodeURIComponent(identity)}`;

  return {
    system: () => call('GET', '/api/system'),
    async setupCode() {
      const status = await call<SetupStatus>('GET', '/api/auth/setup').catch(() => undefined);
      return status?.code ?? undefined;
    },
    me: () => call('GET', '/api/auth/me'),
    rooms: () => all('/api/room'),
    participants: () => all('/api/participant'),
    waiting: async () => (await all<Waiting>('/api/waiting').catch(unlessUnknown)) ?? [],
    async events(limit) {
      const page = await call<{ items: DidarEvent[] }>('GET', `/api/event?limit=${limit}`);
      return page.items.reverse();
    },
    network: () => call<NetworkHealth>('GET', '/api/system/network').catch(unlessUnknown),
    recordings: () => all<Recording>('/api/recording').catch(unlessUnknown),
    startRecording: (room) => call('POST', `/api/room/${encodeURIComponent(room)}/recordings`, {}),
    stopRecording: (id) => call('POST', `/api/recording/${encodeURIComponent(id)}/stop`, {}),
    diagnose: async () => (await call<Diagnosis>('POST', '/api/system/doctor', {}, DOCTOR_LIMIT_MS)).findings,
    log: async () => (await call<{ lines: string[] }>('GET', '/api/system/log')).lines,
    createRoom: (room) => call('POST', '/api/room', room),
    changeRoom: (name, change) => call('PATCH', `/api/room/${encodeURIComponent(name)}`, change),
    mute: (person, lock) => call('POST', `${personPath(person)}/mute`, { lock }),
    silence: async (room, silent) => {
      const at = `/api/room/${encodeURIComponent(room)}`;
      const answer = silent
        ? await call<{ room: Room }>('POST', `${at}/mute`, { lock: true })
        : await call<{ room: Room }>('POST', `${at}/unmute`);
      return answer.room;
    },
    unmute: async (person) =>
      (await call<{ state: 'done' | 'requested' }>('POST', `${personPath(person)}/unmute`)).state,
    kick: (person) => call('POST', `${personPath(person)}/kick`, {}),
    ban: (person) => call('POST', `${personPath(person)}/ban`, {}),
    admit: (person) => call('POST', `${personPath(person)}/admit`),
    refuse: (person) => call('POST', `${personPath(person)}/refuse`),
    invite: (room, invite) => call('POST', `/api/room/${encodeURIComponent(room)}/invites`, invite),
    permit: (person, permissions) => call('PATCH', personPath(person), { permissions }),
    async *stream(after, signal) {
      const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': after };
      const response = await ask(endpoint, '/api/event/stream', { headers, signal });
      if (!response.ok) throw await problemOf(response);
      if (response.body) yield* readSse(response.body);
    },
  };
}

/** A route that an older server doesn't have is no fault. */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}

async function problemOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as {
    code?: string;
    detail?: string;
    fix?: string;
  };
  return new ApiError(
    problem.code ?? `http_${response.status}`,
    problem.detail ?? `the server answered ${response.status}`,
    response.status,
    problem.fix,
  );
}
