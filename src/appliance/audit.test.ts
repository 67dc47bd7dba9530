import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { openWholeHouse, type WholeHouse } from '../../test/fixtures/whole-house.ts';
import { createJobRepo } from '../jobs/repo.ts';
import type { DidarEvent, EventKind } from '../modules/events/model.ts';
import type { JoinAnswer } from '../modules/rooms/model.ts';

/** Passwords are hashed for real, on a machine that may be busy. */
setDefaultTimeout(60_000);

/** An administrative act as it is done once, and the event that tells of it. */
interface Act {
  readonly kind: EventKind;
  /** Does what has to be so before, and says how to ask. */
  readonly ask: () => Promise<Request> | Request;
  /** The states of before and after can't be told: a secret was changed, or single people's microphones. */
  readonly untold?: true;
}
interface Request {
  readonly path: string;
  readonly json?: unknown;
  /** An access token; the admin's when left out, none when null. */
  readonly token?: string | null;
  /** Who does it; the admin when left out. */
  readonly actor?: string;
  /** Where it is known before; found in the answer's `id` otherwise. */
  readonly object?: string;
}

/** Nobody administers anything by these: they read, examine, sign in, or come in. */
const NO_ACTS = [
  'post /api/auth/refresh',
  'post /api/auth/oidc/finish',
  'post /api/livekit/webhook',
  'post /api/webhook/{id}/ping',
  'post /api/room/join',
  'post /api/system/doctor',
  'post /api/system/network/test',
];
/** Needs a child of the executable: test/e2e/backup.test.ts. */
const ELSEWHERE = 'post /api/system/backup';

const ROOM = 'daily';
const GUARDED = 'guarded';
const room = (rest = '') => `/api/room/${ROOM}${rest}`;
const PASSWORD = 'horse battery staple';

let house: WholeHouse;
let admin: { readonly id: string; readonly token: string };
let count = 0;

/** Another account with a login. */
function person(role: 'admin' | 'user' = 'user') {
  count += 1;
  const name = `p${count}`;
  const input = { email: `${name}@example.org`, name, role, passwordHash: null } as const;
  const user = house.services.auth.users.insert({ kind: 'local' }, input);
  const device = { address: '198.51.100.7', userAgent: null };
  return { id: user.id, token: house.services.auth.logins.open(user, device).accessToken };
}

async function withPassword() {
  count += 1;
  const email = `w${count}@example.org`;
  const made = await prepared<{ id: string }>('/api/user', { email, name: 'W', password: PASSWORD });
  return { email, id: made.id };
}

async function prepared<T>(path: string, json: unknown = {}, method = 'POST'): Promise<T> {
  const { status, body } = await house.ask<T>(path, { local: true, method, json });
  expect([path, status < 300, status < 300 || body]).toEqual([path, true, true]);
  return body;
}

/** A guest in the room, with a microphone that is on. */
async function guest(): Promise<string> {
  count += 1;
  const { body } = await house.ask<JoinAnswer>('/api/room/join', {
    json: { room: ROOM, name: 'Guest' },
    address: `198.51.101.${count}`,
  });
  house.livekit.join(ROOM, body.identity);
  house.livekit.connect(ROOM, body.identity);
  house.livekit.publish(ROOM, body.identity);
  await house.settle();
  return body.identity;
}

/** Of a room with approval. */
async function waiter(): Promise<string> {
  count += 1;
  const { body } = await house.ask<JoinAnswer>('/api/room/join', {
    json: { room: GUARDED, name: 'Waiter' },
    address: `198.51.101.${count}`,
  });
  return body.identity;
}

async function member(): Promise<string> {
  const { id } = person();
  await prepared(room(`/members/${id}`), { role: 'attendee' }, 'PUT');
  return id;
}

const toParticipant =
  (act: string, json?: unknown): Act['ask'] =>
  async () => {
    const identity = await guest();
    return { path: room(`/participants/${identity}${act}`), json, object: `participant:${identity}` };
  };
const toRoom =
  (act: string, json?: unknown): Act['ask'] =>
  async () => {
    await guest();
    return { path: room(act), json, object: `room:${ROOM}` };
  };

/** One that waits; it can be cancelled, and run at once. */
function job(): string {
  count += 1;
  const now = house.clock.now();
  const id = `j_${count}`;
  createJobRepo(house.db).insert({
    id,
    kind: 'nothing',
    state: 'queued',
    payload: {},
    uniqueKey: null,
    attempts: 0,
    maxAttempts: 5,
    runAt: now + 3_600_000,
    startedAt: null,
    finishedAt: null,
    progress: 0,
    error: null,
    createdAt: now,
  });
  return id;
}

const HOOK = { url: 'https://example.org/hook' };
const toWebhook =
  (act = '', json?: unknown): Act['ask'] =>
  async () => {
    const { id } = await prepared<{ id: string }>('/api/webhook', HOOK);
    return { path: `/api/webhook/${id}${act}`, json, object: `webhook:${id}` };
  };

/** Every operation by which something is administered. One that is missing here fails the test. */
const ACTS: Readonly<Record<string, Act>> = {
  'post /api/webhook': { kind: 'webhook.created', ask: async () => ({ path: '/api/webhook', json: HOOK }) },
  'patch /api/webhook/{id}': { kind: 'webhook.changed', ask: toWebhook('', { enabled: false }) },
  'delete /api/webhook/{id}': { kind: 'webhook.deleted', ask: toWebhook() },
  'post /api/webhook/{id}/secret': { kind: 'webhook.changed', untold: true, ask: toWebhook('/secret') },
  'post /api/webhook/{id}/redeliver': {
    kind: 'webhook.redelivered',
    untold: true,
    ask: toWebhook('/redeliver'),
  },
  'post /api/webhook/{id}/deliveries/{delivery}/redeliver': {
    kind: 'webhook.redelivered',
    untold: true,
    async ask() {
      const { path, object } = await toWebhook()();
      await member();
      const { items } = await prepared<{ items: { id: string }[] }>(`${path}/deliveries`, undefined, 'GET');
      return { path: `${path}/deliveries/${items[0]?.id}/redeliver`, object };
    },
  },
  'post /api/auth/login': {
    kind: 'login.created',
    async ask() {
      const { email, id } = await withPassword();
      return { path: '/api/auth/login', json: { email, password: PASSWORD }, actor: id };
    },
  },
  'post /api/auth/register': {
    kind: 'user.created',
    async ask() {
      const { token } = await prepared<{ token: string }>('/api/invitation', { role: 'user' });
      const json = { email: 'reg@example.org', name: 'R', password: PASSWORD, invitation: token };
      return { path: '/api/auth/register', json, token: null, actor: 'anyone' };
    },
  },
  'post /api/auth/reset': {
    kind: 'user.changed',
    untold: true,
    async ask() {
      const { id } = person();
      const { token } = await prepared<{ token: string }>(`/api/user/${id}/reset`, undefined);
      return {
        path: '/api/auth/reset',
        json: { token, password: PASSWORD },
        actor: id,
        object: `user:${id}`,
      };
    },
  },
  'delete /api/auth/logins/{id}': {
    kind: 'login.revoked',
    async ask() {
      const { id, token } = person();
      const { body } = await house.ask<{ items: { id: string }[] }>('/api/auth/logins', { token });
      const login = body.items[0]?.id;
      return { path: `/api/auth/logins/${login}`, token, actor: id, object: `login:${login}` };
    },
  },
  'post /api/auth/logout': {
    kind: 'login.revoked',
    ask() {
      const { id, token } = person();
      return { path: '/api/auth/logout', token, actor: id };
    },
  },
  'post /api/auth/password': {
    kind: 'user.changed',
    untold: true,
    async ask() {
      const { email, id } = await withPassword();
      const json = { email, password: PASSWORD };
      const { accessToken } = await prepared<{ accessToken: string }>('/api/auth/login', json);
      return {
        path: '/api/auth/password',
        json: { currentPassword: PASSWORD, newPassword: 'another long password' },
        token: accessToken,
        actor: id,
        object: `user:${id}`,
      };
    },
  },
  'post /api/invitation': { kind: 'invitation.created', ask: () => ({ path: '/api/invitation', json: {} }) },
  'delete /api/invitation/{id}': {
    kind: 'invitation.revoked',
    async ask() {
      const { id } = await prepared<{ id: string }>('/api/invitation');
      return { path: `/api/invitation/${id}`, object: `invitation:${id}` };
    },
  },
  'post /api/job/{id}/cancel': {
    kind: 'job.changed',
    ask() {
      const id = job();
      return { path: `/api/job/${id}/cancel`, object: `job:${id}` };
    },
  },
  'post /api/job/{id}/retry': {
    kind: 'job.changed',
    ask() {
      const id = job();
      return { path: `/api/job/${id}/retry`, object: `job:${id}` };
    },
  },
  'post /api/system/backup/job': { kind: 'job.changed', ask: () => ({ path: '/api/system/backup/job' }) },
  'post /api/room': {
    kind: 'room.created',
    ask: () => ({ path: '/api/room', json: { name: 'another' }, object: 'room:another' }),
  },
  'patch /api/room/{name}': {
    kind: 'room.changed',
    ask: () => ({ path: room(), json: { title: 'Another title' }, object: `room:${ROOM}` }),
  },
  'delete /api/room/{name}': {
    kind: 'room.deleted',
    async ask() {
      await prepared('/api/room', { name: 'shortlived' });
      return { path: '/api/room/shortlived', object: 'room:shortlived' };
    },
  },
  'delete /api/room/{name}/denials/{id}': {
    kind: 'denial.lifted',
    async ask() {
      const at = room(`/participants/${await guest()}/ban`);
      const { denial } = await prepared<{ denial: { id: string } }>(at);
      return { path: room(`/denials/${denial.id}`), object: `denial:${denial.id}` };
    },
  },
  'post /api/room/{name}/invites': {
    kind: 'invite.created',
    ask: () => ({ path: room('/invites'), json: {} }),
  },
  'delete /api/room/{name}/invites/{id}': {
    kind: 'invite.revoked',
    async ask() {
      const { id } = await prepared<{ id: string }>(room('/invites'));
      return { path: room(`/invites/${id}`), object: `invite:${id}` };
    },
  },
  'put /api/room/{name}/members/{user}': {
    kind: 'member.changed',
    async ask() {
      const id = await member();
      return { path: room(`/members/${id}`), json: { role: 'moderator' }, object: `member:${id}` };
    },
  },
  'delete /api/room/{name}/members/{user}': {
    kind: 'member.changed',
    async ask() {
      const id = await member();
      return { path: room(`/members/${id}`), object: `member:${id}` };
    },
  },
  'post /api/room/{name}/owner': {
    kind: 'member.changed',
    async ask() {
      const id = await member();
      return { path: room('/owner'), json: { user: id }, object: `member:${id}` };
    },
  },
  'post /api/room/{name}/lower': { kind: 'room.lowered', ask: toRoom('/lower', { publish: [] }) },
  'post /api/room/{name}/restore': {
    kind: 'room.restored',
    async ask() {
      await prepared(room('/lower'), { data: false });
      return toRoom('/restore')();
    },
  },
  'post /api/room/{name}/mute': { kind: 'room.muted', ask: toRoom('/mute', { lock: true }) },
  'post /api/room/{name}/unmute': {
    kind: 'room.unmuted',
    async ask() {
      await prepared(room('/mute'), { lock: true });
      return toRoom('/unmute')();
    },
  },
  'patch /api/room/{name}/participants/{identity}': {
    kind: 'participant.permissions',
    ask: toParticipant('', { permissions: { data: false } }),
  },
  'post /api/room/{name}/participants/{identity}/kick': {
    kind: 'participant.kicked',
    ask: toParticipant('/kick', {}),
  },
  'post /api/room/{name}/participants/{identity}/ban': {
    kind: 'participant.banned',
    ask: toParticipant('/ban', {}),
  },
  'post /api/room/{name}/participants/{identity}/mute': {
    kind: 'participant.muted',
    ask: toParticipant('/mute', {}),
  },
  'post /api/room/{name}/participants/{identity}/unmute': {
    kind: 'participant.unmuted',
    async ask() {
      const identity = await guest();
      const at = room(`/participants/${identity}`);
      await prepared(`${at}/mute`);
      return { path: `${at}/unmute`, object: `participant:${identity}` };
    },
  },
  'post /api/room/{name}/participants/{identity}/admit': {
    kind: 'participant.admitted',
    async ask() {
      const identity = await waiter();
      return {
        path: `/api/room/${GUARDED}/participants/${identity}/admit`,
        object: `participant:${identity}`,
      };
    },
  },
  'post /api/room/{name}/participants/{identity}/refuse': {
    kind: 'participant.refused',
    async ask() {
      const identity = await waiter();
      return {
        path: `/api/room/${GUARDED}/participants/${identity}/refuse`,
        object: `participant:${identity}`,
      };
    },
  },
  'post /api/room/{name}/recordings': {
    kind: 'recording.changed',
    async ask() {
      await guest();
      return { path: room('/recordings'), json: {} };
    },
  },
  'post /api/recording/{id}/stop': {
    kind: 'recording.changed',
    async ask() {
      const { id } = await recording();
      return { path: `/api/recording/${id}/stop`, object: `recording:${id}` };
    },
  },
  'delete /api/recording/{id}': {
    kind: 'recording.deleted',
    async ask() {
      const { id } = await recording();
      await endRecordings();
      // Composing it is another process, and another test.
      house.db.sqlite.run("update recordings set state = 'failed' where id = ?", [id]);
      return { path: `/api/recording/${id}`, object: `recording:${id}` };
    },
  },
  'patch /api/system/log': {
    kind: 'log.changed',
    ask: () => ({ path: '/api/system/log', json: { level: 'debug' }, object: 'server' }),
  },
  'post /api/token': {
    kind: 'token.created',
    ask: () => ({ path: '/api/token', json: { name: 'x', scopes: ['read'] } }),
  },
  'delete /api/token/{id}': {
    kind: 'token.revoked',
    async ask() {
      const { id } = await prepared<{ id: string }>('/api/token', { name: 'x', scopes: ['read'] });
      return { path: `/api/token/${id}`, object: `token:${id}` };
    },
  },
  'post /api/user': {
    kind: 'user.created',
    ask: () => ({ path: '/api/user', json: { email: 'x@example.org', name: 'X', password: PASSWORD } }),
  },
  'patch /api/user/{id}': {
    kind: 'user.changed',
    ask() {
      const { id } = person();
      return { path: `/api/user/${id}`, json: { disabled: true }, object: `user:${id}` };
    },
  },
  'delete /api/user/{id}': {
    kind: 'user.deleted',
    ask() {
      const { id } = person();
      return { path: `/api/user/${id}`, object: `user:${id}` };
    },
  },
  'delete /api/user/{id}/logins': {
    kind: 'login.revoked',
    ask: () => ({ path: `/api/user/${person().id}/logins` }),
  },
  'delete /api/user/{id}/logins/{login}': {
    kind: 'login.revoked',
    async ask() {
      const { id } = person();
      const { body } = await house.ask<{ items: { id: string }[] }>(`/api/user/${id}/logins`, {
        local: true,
      });
      const login = body.items[0]?.id;
      return { path: `/api/user/${id}/logins/${login}`, object: `login:${login}` };
    },
  },
  'post /api/user/{id}/reset': {
    kind: 'user.reset',
    ask() {
      const { id } = person();
      return { path: `/api/user/${id}/reset`, object: `user:${id}` };
    },
  },
};

interface MadeRecording {
  readonly id: string;
}

/** Of the room, while somebody is in it; another one that is under way ends. */
async function recording(): Promise<MadeRecording> {
  await guest();
  await endRecordings();
  return prepared<MadeRecording>(room('/recordings'));
}

async function endRecordings(): Promise<void> {
  const { body } = await house.ask<{ items: { id: string; state: string }[] }>('/api/recording', {
    local: true,
  });
  for (const { id, state } of body.items)
    if (state !== 'done' && state !== 'failed')
      await house.ask(`/api/recording/${id}/stop`, { local: true, json: {} });
}

beforeAll(async () => {
  house = openWholeHouse({ 'auth.registration': 'invite' });
  admin = person('admin');
  person('admin');
  await prepared('/api/room', { name: ROOM, access: 'public' });
  await prepared('/api/room', { name: GUARDED, access: 'public', approval: true });
});
afterAll(() => house.close());

/** What was recorded after an event, oldest first. */
function told(after: number): readonly DidarEvent[] {
  return house.services.events.list({}, { order: 'asc', from: after, limit: 500 }).items;
}

function send(operation: string, { path, json, token }: Request) {
  const method = operation.slice(0, operation.indexOf(' ')).toUpperCase();
  // From an address of its own each time: who is refused often has to wait.
  count += 1;
  return house.ask<Record<string, unknown>>(path, {
    method,
    json,
    token: token ?? undefined,
    address: `198.51.102.${count}`,
  });
}

async function operations(): Promise<string[]> {
  const { body } = await house.ask<{ paths: Record<string, object> }>('/openapi.json');
  return Object.entries(body.paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .filter((operation) => !operation.startsWith('get '));
}

test('every operation that changes something says here which event tells of it', async () => {
  const all = await operations();
  const known = [...Object.keys(ACTS), ...NO_ACTS];
  // A new operation: add it to ACTS above, with the event that tells of it.
  expect(all.filter((operation) => !known.includes(operation) && operation !== ELSEWHERE)).toEqual([]);
  expect(known.filter((operation) => !all.includes(operation))).toEqual([]);
});

test.each(Object.entries(ACTS))(
  '%s is told with who, what, before, after and outcome',
  async (operation, act) => {
    const { path, json, token = admin.token, actor = admin.id, object } = await act.ask();
    const from = house.services.events.lastId();
    const { status, body } = await send(operation, { path, json, token });
    expect([status < 300, status < 300 || body]).toEqual([true, true]);

    const events = told(from);
    const id = typeof body.id === 'string' ? body.id : undefined;
    const about = object ?? (id === undefined ? undefined : `${act.kind.split('.')[0]}:${id}`);
    const found = events.find(
      (event) =>
        event.kind === act.kind && event.actor === actor && (about === undefined || event.object === about),
    );
    expect(found ?? events).toMatchObject({
      kind: act.kind,
      actor,
      object: about ?? expect.any(String),
      outcome: 'done',
    });
    if (act.untold) return;
    const { before, after } = found?.data ?? {};
    expect([before, after]).not.toContain(undefined);
    expect(before).not.toEqual(after);
  },
);

test('what is refused to someone who may not is told with who, what and why', async () => {
  const stranger = person();
  // Anyone may make a room; what is under /api/auth is one's own.
  const acts = Object.entries(ACTS).filter(([operation]) => !/ \/api\/(auth\/.*|room)$/.test(operation));
  for (const [operation, { ask }] of acts) {
    const { path, json } = await ask();
    const from = house.services.events.lastId();
    const { status, body } = await send(operation, { path, json, token: stranger.token });
    expect([operation, status, body.code]).toEqual([operation, 403, 'forbidden']);
    const [thing, name] = path.slice('/api/'.length).split('/');
    expect([operation, ...told(from)]).toEqual([
      operation,
      expect.objectContaining({
        kind: 'request.refused',
        actor: stranger.id,
        object: name === undefined ? null : `${thing}:${name}`,
        outcome: 'refused',
        data: expect.objectContaining({ code: 'forbidden', path }),
      }),
    ]);
  }
});
