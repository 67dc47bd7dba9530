import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { isNull } from 'drizzle-orm';
import { FULL_PERMISSIONS } from '../../access/permissions.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { participants, rooms, sessions } from '../../db/schema.ts';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { createMemoryLiveKit, type MemoryLiveKit } from '../../livekit/api/memory-livekit.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents, type Events } from '../events/service.ts';
import { createLive, type Live } from './live.ts';

const ROOM = 'standup';

let db: Database;
let clock: ManualClock;
let livekit: MemoryLiveKit;
let events: Events;
let live: Live;

beforeEach(() => {
  clock = manualClock();
  db = openDatabase(':memory:', { log: silentLogger });
  livekit = createMemoryLiveKit(clock.now);
  for (const name of [ROOM, 'retro']) addRoom(name);
  boot();
});
afterEach(() => db.close());

/** A daemon that starts, on the database that is there. */
function boot(): void {
  events = createEvents({ repo: createEventRepo(db), clock });
  live = createLive({
    db,
    events,
    clock,
    log: silentLogger,
    livekit,
    rooms: { byName: (name) => (name === ROOM || name === 'retro' ? { id: `r_${name}` } : undefined) },
    isMicLocked: () => false,
    describeRoom: (name) => ({ name }),
    onPresent: () => undefined,
  });
}

function addRoom(name: string): void {
  const base = { title: name, access: 'public', state: 'open', locked: false, createdBy: 'local' } as const;
  const numbers = {
    maxParticipants: 50,
    emptyTimeout: 300,
    departureTimeout: 20,
    createdAt: 0,
    updatedAt: 0,
  };
  db.orm
    .insert(rooms)
    .values({ id: `r_${name}`, name, permissions: FULL_PERMISSIONS, ...base, ...numbers })
    .run();
}

function deliver(): void {
  for (const webhook of livekit.takeWebhooks()) live.webhook(webhook);
}

/** Time goes on until whatever is wrong must have been noticed; the promise is ten seconds. */
async function tenSeconds(): Promise<void> {
  for (let second = 0; second < 10; second += 2) {
    clock.advance(2_000);
    await live.reconcile();
  }
}

/** LiveKit makes its answer, and before it arrives something else happens and is told. */
function whileOnItsWay(what: 'listRooms' | 'listParticipants', happen: () => void): void {
  livekit.whileOnItsWay = (method) => {
    if (method !== what) return;
    livekit.whileOnItsWay = () => undefined;
    happen();
    deliver();
  };
}

function enter(identity: string, room = ROOM): void {
  livekit.join(room, identity);
  livekit.connect(room, identity);
  clock.advance(5);
}

const told = (kind?: string) =>
  events
    .list({ kinds: kind ? [kind] : ['room.', 'participant.'] }, { order: 'asc', limit: 500 })
    .items.map((event) => (kind ? event.data : `${event.kind} ${event.identity ?? ''}`.trim()));

const who = (room = ROOM) =>
  live
    .participants(room)
    .map(({ identity }) => identity)
    .sort();

const openRows = () => ({
  sessions: db.orm.select({ sid: sessions.sid }).from(sessions).where(isNull(sessions.endedAt)).all(),
  stays: db.orm.select({ sid: participants.sid }).from(participants).where(isNull(participants.leftAt)).all(),
});

describe('signalling that the front sees', () => {
  const state = () => live.participant(ROOM, 'g_ada')?.state;

  beforeEach(() => {
    live.signalled(ROOM, 'g_ada', true);
    enter('g_ada');
    deliver();
  });

  test('is lost for a while, and they are reconnecting until it is back', async () => {
    live.signalled(ROOM, 'g_ada', false);
    clock.advance(2_000);
    expect(state()).toBe('reconnecting');
    await live.reconcile();
    expect(state()).toBe('reconnecting');
    live.signalled(ROOM, 'g_ada', true);
    expect(state()).toBe('active');
    expect(told().slice(-2)).toEqual(['participant.changed g_ada', 'participant.changed g_ada']);
  });

  test('is closed by those who leave, and nobody calls them reconnecting', () => {
    live.signalled(ROOM, 'g_ada', false);
    livekit.leave(ROOM, 'g_ada');
    clock.advance(1_000);
    deliver();
    clock.advance(2_000);
    expect(state()).toBeUndefined();
    expect(told()).toEqual(['room.started', 'participant.joined g_ada', 'participant.left g_ada']);
  });

  test('is back at once, and nothing was told', () => {
    live.signalled(ROOM, 'g_ada', false);
    clock.advance(500);
    live.signalled(ROOM, 'g_ada', true);
    clock.advance(5_000);
    expect(told()).toEqual(['room.started', 'participant.joined g_ada']);
  });
});

describe('webhooks', () => {
  test('bring people, their tracks and their leaving into the state, and tell each as an event', () => {
    enter('g_ada');
    livekit.publish(ROOM, 'g_ada');
    deliver();
    expect(live.participant(ROOM, 'g_ada')).toMatchObject({
      state: 'active',
      role: 'guest',
      tracks: [{ source: 'microphone', muted: false }],
    });
    expect(live.counts(ROOM)).toEqual({ participants: 1, publishers: 1 });
    livekit.unpublish(ROOM, 'g_ada');
    livekit.leave(ROOM, 'g_ada');
    livekit.end(ROOM);
    deliver();
    expect(live.totals()).toEqual({ rooms: 0, participants: 0 });
    expect(told()).toEqual([
      'room.started',
      'participant.joined g_ada',
      'participant.changed g_ada',
      'participant.changed g_ada',
      'participant.left g_ada',
      'room.finished',
    ]);
    expect(openRows()).toEqual({ sessions: [], stays: [] });
    expect(db.orm.select().from(participants).all()[0]?.leaveReason).toBe('client_initiated');
    expect(db.orm.select().from(sessions).all()[0]?.peakParticipants).toBe(1);
  });

  test('that come twice change nothing the second time, not even after a restart', () => {
    enter('g_ada');
    const webhooks = livekit.takeWebhooks();
    for (const webhook of [...webhooks, ...webhooks]) live.webhook(webhook);
    const before = told();
    boot();
    for (const webhook of webhooks) live.webhook(webhook);
    expect(told()).toEqual(before);
  });

  test('of an older life of the room are ignored', () => {
    enter('g_ada');
    const old = livekit.takeWebhooks();
    livekit.end(ROOM);
    livekit.takeWebhooks();
    enter('g_bob');
    deliver();
    for (const webhook of old) live.webhook(webhook);
    expect(who()).toEqual(['g_bob']);
  });

  test('of an older connection of the same person are ignored', () => {
    enter('g_ada');
    const old = livekit.takeWebhooks();
    enter('g_ada');
    const [left, joined] = livekit.takeWebhooks();
    if (!left || !joined) throw new Error('two webhooks');
    live.webhook(joined);
    const current = live.participant(ROOM, 'g_ada');
    for (const webhook of [...old, left]) live.webhook(webhook);
    expect(live.participant(ROOM, 'g_ada')?.sid).toBe(current?.sid ?? '');
  });

  test('that come the wrong way round bring nobody and no track back', () => {
    enter('g_ada');
    enter('g_bob');
    livekit.publish(ROOM, 'g_ada');
    livekit.unpublish(ROOM, 'g_ada');
    livekit.leave(ROOM, 'g_bob');
    const [started, ada, bob, published, unpublished, left] = livekit.takeWebhooks();
    for (const webhook of [started, left, bob, ada, unpublished, published])
      if (webhook) live.webhook(webhook);
    expect(who()).toEqual(['g_ada']);
    expect(live.participant(ROOM, 'g_ada')?.tracks).toEqual([]);
  });

  test('about rooms that are not ours are left alone', () => {
    enter('g_ada', 'someone-elses');
    deliver();
    expect(live.totals()).toEqual({ rooms: 0, participants: 0 });
  });

  test('say when media never came through, and nobody is left behind', async () => {
    livekit.join(ROOM, 'g_ada');
    await live.reconcile();
    expect(live.participant(ROOM, 'g_ada')?.state).toBe('joining');
    livekit.leave(ROOM, 'g_ada');
    deliver();
    expect(who()).toEqual([]);
    expect(told().slice(-2)).toEqual(['participant.failed g_ada', 'participant.left g_ada']);
    expect(told('participant.failed')).toMatchObject([{ participant: null, name: 'g_ada' }]);
  });

  test('whose write fails throw, leave no trace, and are taken in when they come again', () => {
    enter('g_ada');
    const [started, joined] = livekit.takeWebhooks();
    if (!started || !joined) throw new Error('two webhooks');
    live.webhook(started);
    db.sqlite.run(
      "CREATE TRIGGER full BEFORE INSERT ON participants BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    expect(() => live.webhook(joined)).toThrow('disk full');
    expect(who()).toEqual([]);
    expect(told()).toEqual(['room.started']);
    db.sqlite.run('DROP TRIGGER full');
    live.webhook(joined);
    expect(who()).toEqual(['g_ada']);
  });
});

describe("livekit's log", () => {
  const udp = { path: 'udp', connectMs: 207, candidates: null, reconnects: 0 } as const;
  const stay = () => ({ room: ROOM, identity: 'g_ada', sid: livekit.join(ROOM, 'g_ada').sid });

  test('tells the path, before the webhook or after it, and when it changes', () => {
    const early = stay();
    live.connected(early, udp);
    livekit.connect(ROOM, 'g_ada');
    deliver();
    expect(live.participant(ROOM, 'g_ada')).toMatchObject({ path: 'udp', connectMs: 207 });
    live.connected(early, { ...udp, path: 'turn-tls' });
    expect(live.participant(ROOM, 'g_ada')).toMatchObject({ path: 'turn-tls', connectMs: 207 });
    expect(db.orm.select().from(participants).all()[0]).toMatchObject({ path: 'turn-tls', connectMs: 207 });
    expect(told().at(-1)).toBe('participant.changed g_ada');
  });

  test('of an older stay says nothing about the present one', () => {
    const old = stay();
    clock.advance(5);
    enter('g_ada');
    deliver();
    live.connected(old, udp);
    expect(live.participant(ROOM, 'g_ada')?.path).toBeNull();
  });
});

describe('the reconcile', () => {
  test('finds people whose joining was never told, and lets go of those whose leaving was not', async () => {
    enter('g_ada');
    enter('g_bob');
    livekit.takeWebhooks();
    await tenSeconds();
    expect(who()).toEqual(['g_ada', 'g_bob']);
    livekit.leave(ROOM, 'g_ada');
    enter('g_eve');
    livekit.takeWebhooks();
    await tenSeconds();
    expect(who()).toEqual(['g_bob', 'g_eve']);
    expect(openRows().stays).toHaveLength(2);
  });

  test('sees what LiveKit tells nobody: that someone muted themselves', async () => {
    enter('g_ada');
    livekit.publish(ROOM, 'g_ada');
    deliver();
    livekit.mute(ROOM, 'g_ada');
    await tenSeconds();
    expect(live.participant(ROOM, 'g_ada')?.tracks[0]?.muted).toBe(true);
    expect(told().at(-1)).toBe('participant.changed g_ada');
  });

  test('does not undo what a webhook told while the list was on its way', async () => {
    enter('g_ada');
    enter('g_cid');
    deliver();
    whileOnItsWay('listParticipants', () => {
      livekit.leave(ROOM, 'g_ada');
      enter('g_bob');
      livekit.publish(ROOM, 'g_cid');
    });
    await live.reconcile();
    expect(who()).toEqual(['g_bob', 'g_cid']);
    expect(live.participant(ROOM, 'g_cid')?.tracks).toHaveLength(1);
    const before = told();
    await tenSeconds();
    expect(told()).toEqual(before);
  });

  test('does not bring back a room that ended while the list was on its way', async () => {
    enter('g_ada');
    deliver();
    whileOnItsWay('listRooms', () => livekit.end(ROOM));
    await live.reconcile();
    expect(live.totals()).toEqual({ rooms: 0, participants: 0 });
    expect(told().at(-1)).toBe('room.finished');
  });

  test('does not let go of someone whom a single list forgot', async () => {
    enter('g_ada');
    deliver();
    const { listParticipants } = livekit;
    livekit.listParticipants = async () => {
      livekit.listParticipants = listParticipants;
      return [];
    };
    await tenSeconds();
    expect(told()).toEqual(['room.started', 'participant.joined g_ada']);
  });

  test('looks at every room, and says nothing when all is as it was', async () => {
    enter('g_ada');
    enter('g_bob', 'retro');
    deliver();
    const before = told().length;
    await tenSeconds();
    expect(livekit.calls.filter((call) => call === 'listParticipants retro').length).toBeGreaterThan(0);
    expect(told()).toHaveLength(before);
  });

  test('keeps the state while LiveKit cannot be asked', async () => {
    enter('g_ada');
    deliver();
    livekit.failure = new DomainError('livekit_unavailable', 'down');
    expect(live.reconcile()).rejects.toThrow('down');
    expect(who()).toEqual(['g_ada']);
  });
});

describe('after a crash', () => {
  test('of livekit nothing stale remains, and those who come back are new stays', async () => {
    enter('g_ada');
    deliver();
    const before = live.participant(ROOM, 'g_ada')?.sid;
    livekit.restart();
    live.markAllGone('livekit_crashed');
    expect(live.totals()).toEqual({ rooms: 0, participants: 0 });
    expect(openRows()).toEqual({ sessions: [], stays: [] });
    enter('g_ada');
    deliver();
    expect(live.participant(ROOM, 'g_ada')?.sid).not.toBe(before);
  });

  test('of this process those who stayed with an external livekit stay, the others are closed in the database', async () => {
    enter('g_ada');
    enter('g_bob');
    enter('g_eve', 'retro');
    deliver();
    const sid = live.participant(ROOM, 'g_ada')?.sid ?? '';
    livekit.leave(ROOM, 'g_bob');
    livekit.end('retro');
    livekit.takeWebhooks();
    boot();
    await live.reconcile();
    expect(who()).toEqual(['g_ada']);
    expect(openRows().stays).toEqual([{ sid }]);
    expect(openRows().sessions).toHaveLength(1);
    expect(told('room.finished')).toMatchObject([{ reason: 'server_stopped' }]);
  });

  test('of this process with a livekit of its own everything that was open is closed', () => {
    enter('g_ada');
    deliver();
    boot();
    live.markAllGone('server_stopped');
    expect(openRows()).toEqual({ sessions: [], stays: [] });
  });
});
