import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { fakeRoom } from '../../../test/tui/fake-world.ts';
import { FULL_PERMISSIONS, type Permissions, type TrackSource } from '../../access/permissions.ts';
import type { MemberRole, Principal } from '../../access/principal.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { rooms } from '../../db/schema.ts';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { createMemoryLiveKit, type MemoryLiveKit } from '../../livekit/api/memory-livekit.ts';
import type { JoinClaims } from '../../livekit/tokens/join-token.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import { createDenials } from '../denials/denials.ts';
import { createGrants } from '../denials/grants.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents } from '../events/service.ts';
import { createLive } from '../live/live.ts';
import { createSpeaking } from '../live/speaking.ts';
import { createAddresses } from './addresses.ts';
import { createEnforcement } from './enforcement.ts';
import { createEntitlements } from './entitlement.ts';
import { createGate } from './gate.ts';
import { createLoginMarks } from './login-marks.ts';
import type { ModeratedRoom } from './moderation.ts';
import { createParticipants } from './participants.ts';
import { createPutOut } from './put-out.ts';

const ROOM = 'standup';
const local: Principal = { kind: 'local' };
const client = (address: string): ClientInfo => ({ address, transport: 'tcp', secure: true });

let db: Database;
let clock: ManualClock;
let livekit: MemoryLiveKit;
let house: ReturnType<typeof build>;

beforeEach(() => {
  clock = manualClock();
  db = openDatabase(':memory:', { log: silentLogger });
  livekit = createMemoryLiveKit(clock.now);
  const base = { title: ROOM, access: 'public', createdBy: 'local', createdAt: 0, updatedAt: 0 } as const;
  const numbers = { maxParticipants: 50, emptyTimeout: 300, departureTimeout: 20 };
  db.orm
    .insert(rooms)
    .values({
      id: 'r_1',
      name: ROOM,
      state: 'open',
      locked: false,
      permissions: FULL_PERMISSIONS,
      ...base,
      ...numbers,
    })
    .run();
  house = build();
});
afterEach(() => db.close());

function build(guestsAllowed = true) {
  const room: { -readonly [K in keyof ModeratedRoom]: ModeratedRoom[K] } = {
    id: 'r_1',
    name: ROOM,
    access: 'public',
    state: 'open',
    permissions: FULL_PERMISSIONS,
    roles: {},
    lowered: null,
  };
  const rooms = { byName: (name: string) => (name === ROOM ? { ...room, ...door } : undefined) };
  const door = { state: 'open' as 'open' | 'closed', locked: false, approval: false, draining: false };
  const decisions = new Map<string, 'admitted' | 'refused'>();
  const decisionOf = (_room: string, identity: string) => decisions.get(identity);
  const roles: Record<string, MemberRole> = {};
  const ended = new Set<string>();
  const outsiders = new Set<string>();
  const standingOf = (_room: string, identity: string) => {
    if (!(identity in roles || ended.has(identity))) return undefined;
    const role = roles[identity] ?? 'attendee';
    const member = !outsiders.has(identity);
    return { role, member, admin: false, ended: ended.has(identity) };
  };
  const dropped: string[] = [];
  const log = silentLogger;
  const events = createEvents({ repo: createEventRepo(db), clock });
  const denials = createDenials({ db, events, clock });
  const grants = createGrants({ db, clock });
  const addresses = createAddresses();
  const loginMarks = createLoginMarks();
  const endedLogins = new Set<string>();
  const live = createLive({
    db,
    events,
    clock,
    log,
    livekit,
    rooms,
    isMicLocked: (_room, person) => entitlements.isMicLocked(room, person),
    describeRoom: () => null,
    onPresent: (participant) => enforcement.seen(participant),
  });
  const drop = (name: string, identity: string) => void dropped.push(`${name} ${identity}`);
  const putOut = createPutOut({ livekit, live, drop });
  const entitlements = createEntitlements({ grants, standingOf });
  const enforcement = createEnforcement({
    denials,
    decisionOf,
    entitlements,
    standingOf,
    rooms,
    livekit,
    live,
    putOut,
    loginMarks,
    log,
  });
  const speaking = createSpeaking({ events });
  const people = createParticipants({
    live,
    speaking,
    livekit,
    denials,
    grants,
    events,
    addresses,
    log,
    visible: (principal, name) => {
      if (name !== ROOM) throw new DomainError('room_not_found', 'No such room.');
      const memberRole = principal.kind === 'user' ? roles[principal.userId] : undefined;
      return { row: room, facts: { memberRole, roles: room } };
    },
    standingOf,
    entitlements,
    putOut,
    drop,
    clock,
    async setLowered(_room, lowered) {
      room.lowered = lowered;
      await enforcement.room(room);
      return fakeRoom(ROOM);
    },
  });
  const gate = createGate({
    decisionOf,
    // A token here is the identity itself, and the login by which it comes: `u_ada@phone`.
    verifyJoinToken: (token): JoinClaims => ({
      room: ROOM,
      identity: token.split('@')[0] ?? '',
      role: 'guest',
      login: token.split('@')[1],
      ...(token.startsWith('g_program') && { brought: 'program' }),
      ...(token.startsWith('EG_') && { recorder: true }),
    }),
    denials,
    live,
    rooms,
    standingOf,
    addresses,
    guestsAllowed,
    loginMarks,
    isLoginOpen: (_user, mark) => !endedLogins.has(mark),
    draining: () => door.draining,
  });
  const enters = (identity: string, permissions?: Permissions) => {
    livekit.join(ROOM, identity, permissions);
    livekit.connect(ROOM, identity);
    deliver();
  };
  const deliver = () => {
    for (const webhook of livekit.takeWebhooks()) live.webhook(webhook);
  };
  const told = () => events.list({}, { order: 'asc', limit: 100 }).items.map(({ kind }) => kind);
  return {
    ended,
    endedLogins,
    outsiders,
    enforcement,
    roles,
    room,
    door,
    decisions,
    dropped,
    denials,
    grants,
    live,
    people,
    gate,
    enters,
    deliver,
    told,
  };
}

const inRoom = async () => (await livekit.listParticipants(ROOM)).map(({ identity }) => identity);
const sourcesOf = async (identity: string) =>
  (await livekit.listParticipants(ROOM)).find((each) => each.identity === identity)?.permissions.publish;

/** What was begun in the background is done: in memory it takes no time but the turn of the loop. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof DomainError ? error.code : 'no error';
}

describe('kick', () => {
  test('removes someone at once and keeps them out at the gate until it is lifted', async () => {
    const { people, gate, live, denials, dropped, room, enters, told } = house;
    enters('u_ada');
    const { denial } = await people.kick(local, ROOM, 'u_ada');
    expect(await inRoom()).toEqual([]);
    expect(live.participants(ROOM)).toEqual([]);
    expect(dropped).toEqual(['standup u_ada']);
    expect(denial.expiresAt).toBeNull();
    expect(gate('u_ada', client('203.0.113.7'))).toMatchObject({
      ok: false,
      status: 403,
      code: 'join_denied',
    });
    clock.advance(30 * 86_400_000);
    expect(denials.denied('r_1', 'u_ada')?.id).toBe(denial.id);
    denials.lift(room, denial.id, 'local');
    expect(gate('u_ada', client('203.0.113.7'))).toEqual({ ok: true, identity: 'u_ada', room: ROOM });
    expect(told().slice(2)).toEqual([
      'denial.created',
      'participant.kicked',
      'participant.left',
      'denial.lifted',
    ]);
  });

  test("keeps a guest's address out for ten minutes, but not the guests who are in behind it", async () => {
    const { people, gate, enters } = house;
    gate('g_ada', client('203.0.113.7'));
    gate('g_bob', client('203.0.113.7'));
    enters('g_ada');
    enters('g_bob');
    await people.kick(local, ROOM, 'g_ada');
    expect(gate('g_new', client('203.0.113.7')).ok).toBe(false);
    expect(gate('g_new', client('203.0.113.8')).ok).toBe(true);
    expect(gate('g_bob', client('203.0.113.7')).ok).toBe(true);
    expect(gate('u_cid', client('203.0.113.7')).ok).toBe(true);
    clock.advance(10 * 60_000);
    expect(gate('g_new', client('203.0.113.7')).ok).toBe(true);
    expect(gate('g_ada', client('203.0.113.8')).ok).toBe(false);
  });

  test('keeps out all of an IPv6 network, which is one line of one house', async () => {
    const { people, gate, enters } = house;
    gate('g_ada', client('2001:db8:1:2::7'));
    enters('g_ada');
    await people.ban(local, ROOM, 'g_ada', { address: true });
    expect(gate('g_new', client('2001:db8:1:2:aaaa::1')).ok).toBe(false);
    expect(gate('g_new', client('2001:db8:1:3::7')).ok).toBe(true);
  });

  test('lifted, lets the address in again too', async () => {
    const { people, gate, denials, room, enters } = house;
    gate('g_ada', client('203.0.113.7'));
    enters('g_ada');
    const { denial } = await people.kick(local, ROOM, 'g_ada');
    denials.lift(room, denial.id, 'local');
    expect(gate('g_new', client('203.0.113.7')).ok).toBe(true);
  });

  test('holds after a restart of the server', async () => {
    house.enters('u_ada');
    await house.people.kick(local, ROOM, 'u_ada');
    expect(build().gate('u_ada', client('203.0.113.7')).ok).toBe(false);
  });

  test('removes who got past the gate, when told of them and when only the list shows them', async () => {
    const { people, enters, live } = house;
    enters('u_ada');
    await people.kick(local, ROOM, 'u_ada');
    enters('u_ada');
    expect(await inRoom()).toEqual([]);
    await settled();
    livekit.join(ROOM, 'u_ada');
    await live.reconcile();
    expect(await inRoom()).toEqual([]);
    expect(live.participants(ROOM)).toEqual([]);
  });

  test('while the media server is down keeps out, says so, and removes them once it answers', async () => {
    const { people, enters, live, denials } = house;
    enters('u_ada');
    livekit.failure = new DomainError('livekit_unavailable', 'down');
    expect(await codeOf(people.kick(local, ROOM, 'u_ada'))).toBe('livekit_unavailable');
    expect(denials.denied('r_1', 'u_ada')).toBeDefined();
    livekit.failure = undefined;
    await live.reconcile();
    expect(await inRoom()).toEqual([]);
  });

  test('of someone who is still connecting works, of someone who is not there says so', async () => {
    livekit.join(ROOM, 'u_ada');
    expect((await house.people.kick(local, ROOM, 'u_ada')).identity).toBe('u_ada');
    expect(await codeOf(house.people.kick(local, ROOM, 'u_bob'))).toBe('participant_not_found');
    expect(await codeOf(house.people.kick(local, 'nowhere', 'u_bob'))).toBe('room_not_found');
  });

  test('is for moderators', async () => {
    house.enters('u_ada');
    const attendee: Principal = { kind: 'user', userId: 'u_1', role: 'user', name: 'x', loginId: 'l_1' };
    expect(await codeOf(house.people.kick(attendee, ROOM, 'u_ada'))).toBe('forbidden');
    expect(await codeOf(house.people.kick({ kind: 'anyone' }, ROOM, 'u_ada'))).toBe('unauthenticated');
    expect(await inRoom()).toEqual(['u_ada']);
  });
});

describe('an owner', () => {
  const moderator: Principal = { kind: 'user', userId: 'u_mod', role: 'user', name: 'Mo', loginId: 'l_1' };
  const owner: Principal = { ...moderator, userId: 'u_own' };

  test('is kicked, banned, muted and limited by owners and admins, never by a moderator', async () => {
    Object.assign(house.roles, { u_mod: 'moderator', u_own: 'owner', u_own2: 'owner' });
    for (const identity of ['u_own2', 'u_ada']) house.enters(identity);
    const { people } = house;
    const attempts = [
      people.kick(moderator, ROOM, 'u_own2'),
      people.ban(moderator, ROOM, 'u_own2'),
      people.mute(moderator, ROOM, 'u_own2', true),
      people.change(moderator, ROOM, 'u_own2', { publish: [] }),
    ];
    for (const attempt of attempts) expect(await codeOf(attempt)).toBe('forbidden');
    expect(await inRoom()).toEqual(['u_own2', 'u_ada']);
    await people.kick(moderator, ROOM, 'u_ada');
    await people.kick(owner, ROOM, 'u_own2');
    expect(await inRoom()).toEqual([]);
  });
});

describe('ban', () => {
  test('keeps out someone who is not there, once, however often it is asked', async () => {
    const first = await house.people.ban(local, ROOM, 'u_ada');
    const second = await house.people.ban(local, ROOM, 'u_ada');
    expect(second.denial.id).toBe(first.denial.id);
    expect(house.denials.list('r_1', {}).items).toMatchObject([{ kind: 'ban', identity: 'u_ada' }]);
    expect(house.gate('u_ada', client('203.0.113.7')).ok).toBe(false);
  });
});

describe('mute', () => {
  test('mutes the microphone and leaves the camera', async () => {
    house.enters('u_ada');
    livekit.publish(ROOM, 'u_ada', 'microphone');
    livekit.publish(ROOM, 'u_ada', 'camera');
    house.deliver();
    const participant = await house.people.mute(local, ROOM, 'u_ada', false);
    expect(participant.tracks.map(({ source, muted }) => [source, muted])).toEqual([
      ['microphone', true],
      ['camera', false],
    ]);
    expect(participant.micLocked).toBe(false);
  });

  test('with lock takes the microphone away, also at the next join with an older token', async () => {
    house.enters('u_ada');
    livekit.publish(ROOM, 'u_ada');
    house.deliver();
    const participant = await house.people.mute(local, ROOM, 'u_ada', true);
    house.deliver();
    expect(participant.micLocked).toBe(true);
    expect(house.live.participant(ROOM, 'u_ada')?.tracks).toEqual([]);
    expect(house.grants.of('r_1', 'u_ada')?.publish).toEqual([
      'camera',
      'screen_share',
      'screen_share_audio',
    ]);
    house.enters('u_ada', FULL_PERMISSIONS);
    expect(await sourcesOf('u_ada')).toEqual(['camera', 'screen_share', 'screen_share_audio']);
  });

  test('with lock of someone who may only speak leaves nothing to publish', async () => {
    house.grants.set('r_1', 'u_ada', { ...FULL_PERMISSIONS, publish: ['microphone'] });
    house.enters('u_ada');
    await settled();
    expect((await house.people.mute(local, ROOM, 'u_ada', true)).permissions.publish).toEqual([]);
    expect(await sourcesOf('u_ada')).toEqual([]);
  });
});

describe('everyone', () => {
  const speaking = (identity: string, source = 'microphone') => livekit.publish(ROOM, identity, source);

  test('is muted but for moderators and exceptions, and nobody is kept from speaking again', async () => {
    house.roles.u_mod = 'moderator';
    for (const identity of ['u_mod', 'g_1', 'g_2', 'g_3']) house.enters(identity);
    for (const identity of ['u_mod', 'g_1', 'g_2']) speaking(identity);
    house.deliver();
    const { identities } = await house.people.muteAll(local, ROOM, { except: ['g_2'] });
    expect(identities).toEqual(['g_1']);
    const muted = house.live.participants(ROOM).filter(({ tracks }) => tracks[0]?.muted);
    expect(muted.map(({ identity }) => identity)).toEqual(['g_1']);
    expect(house.room.lowered).toBeNull();
  });

  test('is muted with lock until it is undone, who comes later too; single people can be let speak', async () => {
    house.roles.u_mod = 'moderator';
    house.grants.set('r_1', 'g_2', { ...FULL_PERMISSIONS, publish: ['microphone'] });
    for (const identity of ['u_mod', 'g_1', 'g_2']) house.enters(identity);
    await settled();
    await house.people.muteAll(local, ROOM, { lock: true });
    house.enters('g_later');
    await settled();
    const without: TrackSource[] = ['camera', 'screen_share', 'screen_share_audio'];
    expect(await sourcesOf('g_1')).toEqual(without);
    expect(await sourcesOf('g_later')).toEqual(without);
    expect(await sourcesOf('g_2')).toEqual([]);
    expect(await sourcesOf('u_mod')).toContain('microphone');
    expect(house.live.participant(ROOM, 'g_2')?.micLocked).toBe(true);

    await house.people.unmute(local, ROOM, 'g_1');
    expect(await sourcesOf('g_1')).toContain('microphone');
    expect(await sourcesOf('g_later')).toEqual(without);

    const { identities } = await house.people.unmuteAll(local, ROOM);
    expect(identities).toEqual(['g_1', 'g_2', 'g_later']);
    expect(livekit.calls.at(-1)).toBe('sendData standup g_1,g_2,g_later didar.request {"type":"unmute"}');
    expect(await sourcesOf('g_later')).toContain('microphone');
    expect(await sourcesOf('g_2')).toEqual(['microphone']);
    expect(house.room.lowered).toBeNull();
  });

  test('is left less, and gets back exactly what each had', async () => {
    house.room.permissions = { ...FULL_PERMISSIONS, publish: ['microphone', 'camera'] };
    house.enters('g_1');
    await settled();
    await house.people.lower(local, ROOM, { publish: ['camera'], data: false });
    expect(house.live.participant(ROOM, 'g_1')?.permissions).toMatchObject({
      publish: ['camera'],
      data: false,
    });
    await house.people.muteAll(local, ROOM, { lock: true });
    await house.people.unmuteAll(local, ROOM);
    await house.people.restore(local, ROOM);
    expect(house.live.participant(ROOM, 'g_1')?.permissions).toMatchObject({
      publish: ['microphone', 'camera'],
      data: true,
    });
  });
});

describe('unmute', () => {
  test('lifts the lock, leaves no grant behind, and asks the client to publish again', async () => {
    house.enters('u_ada');
    await house.people.mute(local, ROOM, 'u_ada', true);
    const { state, participant } = await house.people.unmute(local, ROOM, 'u_ada');
    expect(state).toBe('requested');
    expect(participant).toMatchObject({
      micLocked: false,
      permissions: { publish: FULL_PERMISSIONS.publish },
    });
    expect(house.grants.of('r_1', 'u_ada')).toBeUndefined();
    expect(livekit.calls.at(-1)).toBe('sendData standup u_ada didar.request {"type":"unmute"}');
  });

  test('unmutes where the media server does that, and asks the client where it does not', async () => {
    house.enters('u_ada');
    livekit.publish(ROOM, 'u_ada');
    house.deliver();
    await house.people.mute(local, ROOM, 'u_ada', false);
    expect(await house.people.unmute(local, ROOM, 'u_ada')).toMatchObject({
      state: 'done',
      participant: { tracks: [{ muted: false }] },
    });
    await house.people.mute(local, ROOM, 'u_ada', false);
    livekit.mutePublishedTrack = async () => {
      throw new DomainError('livekit_refused', 'remote unmute not enabled');
    };
    expect(await house.people.unmute(local, ROOM, 'u_ada')).toMatchObject({
      state: 'requested',
      participant: { tracks: [{ muted: true }] },
    });
  });
});

describe('permissions', () => {
  test('change at once and are kept for the next join; those of the role leave no grant', async () => {
    house.enters('u_ada');
    const changed = await house.people.change(local, ROOM, 'u_ada', {
      publish: ['camera', 'camera'],
      data: false,
    });
    const expected = { publish: ['camera'], subscribe: true, data: false, hidden: false } as const;
    expect(changed).toMatchObject({ permissions: expected, micLocked: true });
    expect(house.grants.of('r_1', 'u_ada')).toEqual(expected);
    expect(build().grants.of('r_1', 'u_ada')).toEqual(expected);
    await house.people.change(local, ROOM, 'u_ada', { publish: [...FULL_PERMISSIONS.publish], data: true });
    expect(house.grants.of('r_1', 'u_ada')).toBeUndefined();
  });

  test('of the room reach those who are in it, except who has their own', async () => {
    house.enters('u_ada');
    house.enters('u_bob');
    await house.people.change(local, ROOM, 'u_bob', { publish: ['camera'] });
    await house.enforcement.room({
      ...house.room,
      permissions: { ...FULL_PERMISSIONS, publish: ['microphone'] },
    });
    expect(await sourcesOf('u_ada')).toEqual(['microphone']);
    expect(await sourcesOf('u_bob')).toEqual(['camera']);
    expect(house.live.participant(ROOM, 'u_ada')?.permissions.publish).toEqual(['microphone']);
  });
});

describe('what was decided', () => {
  const token = 'u_ada';

  test('about a role holds for a token of before, in the room and at the gate', async () => {
    house.roles.u_ada = 'moderator';
    house.enters('u_ada');
    await settled();
    expect(house.live.participant(ROOM, 'u_ada')?.role).toBe('moderator');
    house.roles.u_ada = 'attendee';
    house.room.roles = { attendee: { publish: [] } };
    await house.enforcement.member(house.room, 'u_ada');
    expect(house.live.participant(ROOM, 'u_ada')).toMatchObject({
      role: 'attendee',
      permissions: { publish: [] },
    });
    livekit.leave(ROOM, 'u_ada');
    house.deliver();
    house.door.locked = true;
    expect(house.gate(token, client('203.0.113.7'))).toMatchObject({ code: 'room_locked' });
    house.roles.u_ada = 'owner';
    expect(house.gate(token, client('203.0.113.7'))).toMatchObject({ ok: true });
  });

  test('about membership puts out who is no member any more, where only members may be', async () => {
    house.roles.u_ada = 'attendee';
    house.enters('u_ada');
    house.outsiders.add('u_ada');
    await house.enforcement.member(house.room, 'u_ada');
    expect(await inRoom()).toEqual(['u_ada']);
    house.room.access = 'members';
    await house.enforcement.member(house.room, 'u_ada');
    expect(await inRoom()).toEqual([]);
    expect(house.gate(token, client('203.0.113.7'))).toMatchObject({ code: 'join_not_allowed' });
  });

  test('about one login puts out who came by it, and refuses the join token that came of it', async () => {
    const { gate, enters, enforcement, endedLogins } = house;
    const address = client('203.0.113.7');
    const comesBy = (login: string) => {
      expect(gate(`u_ada@${login}`, address)).toMatchObject({ ok: true, identity: 'u_ada' });
      enters('u_ada');
    };
    comesBy('laptop');
    endedLogins.add('phone');
    await enforcement.loginEnded('u_ada', 'phone');
    expect(await inRoom()).toEqual(['u_ada']);
    endedLogins.add('laptop');
    await enforcement.loginEnded('u_ada', 'laptop');
    expect(await inRoom()).toEqual([]);
    expect(gate('u_ada@laptop', address)).toMatchObject({ ok: false, status: 403, code: 'login_ended' });
    comesBy('desktop');
    await enforcement.loginEnded('u_ada', 'laptop');
    expect(await inRoom()).toEqual(['u_ada']);
  });

  test('about an account ends what it takes part in, and keeps it out with the token it holds', async () => {
    house.enters('u_ada');
    house.ended.add('u_ada');
    await house.enforcement.ended('u_ada');
    expect(await inRoom()).toEqual([]);
    expect(house.gate(token, client('203.0.113.7'))).toMatchObject({ status: 403, code: 'user_disabled' });
    house.enters('u_ada');
    await settled();
    expect(await inRoom()).toEqual([]);
    house.ended.clear();
    expect(house.gate(token, client('203.0.113.7'))).toMatchObject({ ok: true });
  });
});

describe('the gate', () => {
  test('an old token is no way round the waiting room, nor round a refusal', async () => {
    const { door, decisions, gate, enters } = house;
    const address = client('203.0.113.7');
    enters('g_in');
    door.approval = true;
    expect(gate('g_ada', address)).toMatchObject({ ok: false, status: 403, code: 'join_not_admitted' });
    expect(gate('g_in', address).ok).toBe(true);
    decisions.set('g_ada', 'admitted').set('g_in', 'refused');
    expect(gate('g_ada', address).ok).toBe(true);
    expect(gate('g_in', address)).toMatchObject({ ok: false, code: 'join_refused' });
    enters('g_in');
    await settled();
    expect(await inRoom()).not.toContain('g_in');
  });

  test('where guests are not allowed any more, refuses the tokens that they still hold', () => {
    const { gate, enters } = build(false);
    const address = client('203.0.113.7');
    enters('g_in');
    expect(gate('g_ada', address)).toMatchObject({ ok: false, status: 403, code: 'guests_not_allowed' });
    expect([gate('g_in', address).ok, gate('g_program', address).ok, gate('u_ada', address).ok]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('lets nobody new into a closed or locked room or a server that stops, but those who are in reconnect', () => {
    const { gate, door, enters } = house;
    enters('u_ada');
    door.locked = true;
    expect(gate('u_new', client('203.0.113.7'))).toMatchObject({
      ok: false,
      status: 403,
      code: 'room_locked',
    });
    expect(gate('u_ada', client('203.0.113.7')).ok).toBe(true);
    expect(gate('EG_recorder', client('203.0.113.7')).ok).toBe(true);
    door.locked = false;
    door.draining = true;
    expect(gate('u_new', client('203.0.113.7'))).toMatchObject({
      ok: false,
      status: 503,
      code: 'server_draining',
    });
    expect(gate('u_ada', client('203.0.113.7')).ok).toBe(true);
    door.state = 'closed';
    expect(gate('u_ada', client('203.0.113.7'))).toMatchObject({
      ok: false,
      status: 403,
      code: 'room_closed',
    });
    expect(gate(undefined, client('203.0.113.7'))).toMatchObject({ ok: false, status: 401 });
  });
});

describe('the list', () => {
  test('comes in pages that together hold everyone once', () => {
    for (const identity of ['u_c', 'u_a', 'u_b']) house.enters(identity);
    const first = house.people.listAll(local, { limit: 2 });
    const second = house.people.list(local, ROOM, { limit: 2, cursor: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ identity }) => identity)).toEqual(['u_a', 'u_b', 'u_c']);
    expect(second.next).toBeNull();
  });
});
