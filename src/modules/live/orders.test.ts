import { expect, test } from 'bun:test';
import { isNull } from 'drizzle-orm';
import { numbers } from '../../../test/fixtures/numbers.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { participants, sessions } from '../../db/schema.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { createMemoryLiveKit, type MemoryLiveKit } from '../../livekit/api/memory-livekit.ts';
import type { LiveKitWebhook } from '../../livekit/webhook/webhook.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents } from '../events/service.ts';
import { createLive, type Live } from './live.ts';

const RUNS = 150;
/** A second or two of work, on a machine that may do much else. */
const LIMIT_MS = 60_000;
const HAPPENINGS = 60;
const ROOMS = ['standup', 'retro'];
const PEOPLE = ['g_ada', 'g_bob', 'g_eve'];

interface House {
  readonly db: Database;
  readonly clock: ManualClock;
  readonly livekit: MemoryLiveKit;
  readonly live: Live;
  /** From now on nothing happens any more. */
  quiet: boolean;
}

function build(): House {
  const clock = manualClock();
  const db = openDatabase(':memory:', { log: silentLogger });
  const livekit = createMemoryLiveKit(clock.now);
  db.sqlite.run('PRAGMA foreign_keys = OFF'); // the rooms' rows are not what this is about
  const live = createLive({
    db,
    events: createEvents({ repo: createEventRepo(db), clock }),
    clock,
    log: silentLogger,
    livekit,
    rooms: { byName: (name) => (ROOMS.includes(name) ? { id: `r_${name}` } : undefined) },
    isMicLocked: () => false,
    describeRoom: () => null,
    onPresent: () => undefined,
  });
  return { db, clock, livekit, live, quiet: false };
}

function happen({ livekit, clock }: House, pick: (below: number) => number): void {
  const room = ROOMS[pick(ROOMS.length)] ?? '';
  const identity = PEOPLE[pick(PEOPLE.length)] ?? '';
  clock.advance(1 + pick(20));
  try {
    [
      () => livekit.join(room, identity),
      () => livekit.join(room, identity),
      () => livekit.connect(room, identity),
      () => livekit.connect(room, identity),
      () => livekit.publish(room, identity),
      () => livekit.unpublish(room, identity),
      () => livekit.mute(room, identity),
      () => livekit.leave(room, identity),
      () => pick(4) === 0 && livekit.end(room),
    ][pick(9)]?.();
  } catch {
    // Who isn't there can't leave: then nothing happened.
  }
}

/** A list is old when it arrives: now and then something happens, and is told, while it is on its way. */
function whileListed(house: House, pick: (below: number) => number): void {
  house.livekit.whileOnItsWay = () => {
    if (house.quiet || pick(3) > 0) return;
    happen(house, pick);
    for (const webhook of house.livekit.takeWebhooks()) house.live.webhook(webhook);
  };
}

/** Some get lost, some come twice, and any may be overtaken by any other. */
function disorder(webhooks: LiveKitWebhook[], pick: (below: number) => number): LiveKitWebhook[] {
  const kept = webhooks.filter(() => pick(5) > 0);
  const sent = [...kept, ...kept.filter(() => pick(5) === 0)];
  for (let i = sent.length - 1; i > 0; i -= 1) {
    const j = pick(i + 1);
    const [a, b] = [sent[i], sent[j]];
    if (a && b) [sent[i], sent[j]] = [b, a];
  }
  return sent;
}

async function truth({ livekit }: House) {
  const rooms = await livekit.listRooms();
  const people = await Promise.all(
    rooms.map(async ({ name, sid }) =>
      (await livekit.listParticipants(name)).map((p) => ({
        room: name,
        session: sid,
        sid: p.sid,
        tracks: [...p.tracks],
      })),
    ),
  );
  return { rooms: rooms.map(({ sid }) => sid).sort(), people: sorted(people.flat()) };
}

function believed({ live }: House) {
  const people = live
    .rooms()
    .flatMap((room) =>
      live
        .participants(room.name)
        .map((p) => ({ room: room.name, session: room.sid, sid: p.sid, tracks: p.tracks })),
    );
  return {
    rooms: live
      .rooms()
      .map(({ sid }) => sid)
      .sort(),
    people: sorted(people),
  };
}

const sorted = <T extends { sid: string }>(people: T[]) => people.sort((a, b) => (a.sid < b.sid ? -1 : 1));

function stored({ db }: House) {
  const open = db.orm.select({ sid: sessions.sid }).from(sessions).where(isNull(sessions.endedAt)).all();
  const there = db.orm
    .select({ sid: participants.sid })
    .from(participants)
    .where(isNull(participants.leftAt))
    .all();
  return { rooms: open.map(({ sid }) => sid).sort(), people: there.map(({ sid }) => sid).sort() };
}

test(
  `in any order, with losses and repeats, webhooks and the reconcile end in what is so (${RUNS} orders)`,
  async () => {
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const pick = numbers(seed);
      const house = build();
      const late: LiveKitWebhook[] = [];
      whileListed(house, pick);
      for (let i = 0; i < HAPPENINGS; i += 1) {
        happen(house, pick);
        late.push(...house.livekit.takeWebhooks());
        if (pick(4) === 0) for (const webhook of disorder(late.splice(0), pick)) house.live.webhook(webhook);
        if (pick(10) === 0) await house.live.reconcile();
      }
      for (const webhook of disorder(late, pick)) house.live.webhook(webhook);
      house.quiet = true;
      for (let pass = 0; pass < 4; pass += 1) {
        house.clock.advance(2_000);
        await house.live.reconcile();
      }
      const so = await truth(house);
      expect({ seed, ...believed(house) }).toEqual({ seed, ...so });
      expect(stored(house)).toEqual({ rooms: so.rooms, people: so.people.map(({ sid }) => sid) });
      house.live.stop();
      house.db.close();
    }
  },
  LIMIT_MS,
);
