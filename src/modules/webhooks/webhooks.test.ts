import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { Webhook } from 'standardwebhooks';
import type { Principal } from '../../access/principal.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { createJobs, type Jobs } from '../../jobs/jobs.ts';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { DidarEvent } from '../events/model.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents, type Events } from '../events/service.ts';
import { createWebhookRepo } from './repo.ts';
import type { Message } from './send.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** Hours of deliveries in one test are much to do, for a busy machine. */
setDefaultTimeout(60_000);

const HOUR_MS = 3_600_000;
const admin: Principal = { kind: 'local' };

let clock: ManualClock;
let db: Database;
let events: Events;
let jobs: Jobs;
let webhooks: Webhooks;
let stop: () => void;
/** Whether the receiver is there. */
let isUp: boolean;
let received: Message[];
let tried: number;
/** What some receivers do otherwise. */
let answer: ((message: Message) => Promise<number>) | undefined;

/** As a process does when it starts; the database stays. */
function begin(): void {
  events = createEvents({
    repo: createEventRepo(db),
    clock,
    onStored: (event) => webhooks.take(event),
  });
  const quiet = { onChange: () => undefined, onProgress: () => undefined };
  const { inTransaction } = events;
  jobs = createJobs({ db, clock, log: silentLogger, random: Math.random, inTransaction, ...quiet });
  webhooks = createWebhooks({
    repo: createWebhookRepo(db),
    events,
    jobs,
    async send(message) {
      tried += 1;
      if (answer) return answer(message);
      if (!isUp) throw new DomainError('webhook_unreachable', 'Nobody there.', { details: { status: 503 } });
      received.push(message);
      return 204;
    },
    serverKey: 'k'.repeat(43),
    clock,
    log: silentLogger,
  });
  stop = webhooks.start();
  jobs.start();
}

beforeEach(() => {
  clock = manualClock();
  db = openDatabase(':memory:', { log: silentLogger });
  [isUp, received, tried, answer] = [true, [], 0, undefined];
  begin();
});
afterEach(async () => {
  stop();
  await jobs.stop(0);
  db.close();
});

/** Lets everything that is due and does not wait for time come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function pass(ms: number, step = 30_000): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    clock.advance(step);
    await settled();
  }
}

const told = (message: Message) => JSON.parse(message.body) as { type: string; data: DidarEvent };
const roomChanged = (room: string, step = 0): Parameters<EventRecorder['record']>[0] => ({
  kind: 'room.changed',
  room,
  actor: 'local',
  data: { step },
});

describe('an event', () => {
  test('comes to who wants it, and nothing else does', async () => {
    webhooks.create(admin, { url: 'https://a.example/all' });
    webhooks.create(admin, { url: 'https://b.example/room', kinds: ['room.'], rooms: ['standup'] });
    webhooks.create(admin, { url: 'https://c.example/left', kinds: ['participant.left'] });
    events.record(roomChanged('standup'));
    events.record(roomChanged('other'));
    events.record({ kind: 'participant.left', room: 'standup', identity: 'u_1' });
    await settled();
    const got = (host: string) =>
      received.filter(({ url }) => url.includes(host)).map((m) => `${told(m).type} ${told(m).data.room}`);
    expect(got('a.example')).toHaveLength(3);
    expect(got('b.example')).toEqual(['room.changed standup']);
    expect(got('c.example')).toEqual(['participant.left standup']);
  });

  test('that is rolled back comes to nobody', async () => {
    webhooks.create(admin, { url: 'https://a.example' });
    expect(() =>
      events.inTransaction(() => {
        events.record(roomChanged('standup'));
        throw new Error('no');
      }),
    ).toThrow('no');
    await settled();
    expect(received).toEqual([]);
  });

  test('carries what its receiver can check it by, with the secret that was shown once', async () => {
    const { secret, id } = webhooks.create(admin, { url: 'https://a.example' });
    events.record(roomChanged('standup'));
    await settled();
    expect(received[0]?.secret).toBe(secret);
    expect(() => new Webhook(secret)).not.toThrow();
    expect(JSON.stringify([webhooks.list().items, webhooks.get(id)])).not.toContain(secret);
    const dump = db.sqlite.serialize();
    expect(Buffer.from(dump).includes(secret.slice('whsec_'.length))).toBe(false);
    const replaced = webhooks.replaceSecret(admin, id).secret;
    events.record(roomChanged('standup'));
    await settled();
    expect([received[1]?.secret, replaced === secret]).toEqual([replaced, false]);
  });
});

describe('a receiver that is down', () => {
  test('for an hour gets everything afterwards, in order for each object, though the server was killed meanwhile', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    isUp = false;
    const rooms = ['one', 'two', 'three', 'four', 'five'];
    for (let minute = 0; minute < 60; minute += 1) {
      for (const room of rooms) events.record(roomChanged(room, minute));
      await pass(60_000);
      // Killed: nothing is told to stop, and another process takes up the database.
      if (minute === 30) {
        stop();
        begin();
      }
    }
    expect(received).toEqual([]);
    // Some ten attempts for each room, each with pauses twice as long; and as many again after the restart.
    expect(tried).toBeLessThan(rooms.length * 25);
    isUp = true;
    await pass(HOUR_MS);
    for (const room of rooms) {
      const steps = received
        .map(told)
        .filter(({ data }) => data.room === room)
        .map(({ data }) => data.data.step);
      expect([room, steps]).toEqual([room, Array.from({ length: 60 }, (_, i) => i)]);
    }
    expect(webhooks.get(id)).toMatchObject({ pending: 0, dead: 0 });
    expect(new Set(received.map((message) => message.id)).size).toBe(300);
  });

  test('for more than a day leaves dead letters, which are told, listed and delivered again', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    isUp = false;
    const since = toTimestamp(clock.now());
    events.record(roomChanged('standup'));
    await settled();
    const failing = { since, code: 'webhook_unreachable', message: 'Nobody there.' };
    expect(webhooks.get(id)).toMatchObject({ pending: 1, dead: 0, lastDeliveredAt: null, failing });
    await pass(26 * HOUR_MS, 600_000);
    expect(webhooks.get(id)).toMatchObject({ pending: 0, dead: 1, failing });
    const [dead] = webhooks.deliveries(id, { state: 'dead' }).items;
    expect(dead).toMatchObject({ state: 'dead', status: 503, error: { code: 'webhook_unreachable' } });
    expect(dead?.attempts).toBeGreaterThan(20);
    const [failed] = events.list({ kinds: ['webhook.failed'] }, { order: 'desc', limit: 9 }).items;
    expect(failed).toMatchObject({ object: `webhook:${id}`, data: { delivery: dead?.id } });
    isUp = true;
    expect(webhooks.redeliver({ kind: 'local' }, id)).toBe(1);
    await settled();
    expect(received.map((message) => message.id)).toEqual([dead?.id ?? '']);
    const lastDeliveredAt = toTimestamp(clock.now());
    expect(webhooks.get(id)).toMatchObject({ pending: 0, dead: 0, lastDeliveredAt, failing: null });
    // And one that arrived, for a receiver that lost it.
    expect(webhooks.redeliver({ kind: 'local' }, id, dead?.id)).toBe(1);
    await settled();
    expect(received).toHaveLength(2);
  });

  test('holds up nobody else', async () => {
    webhooks.create(admin, { url: 'https://a.example' });
    const other = webhooks.create(admin, { url: 'https://b.example' });
    isUp = false;
    events.record(roomChanged('standup'));
    await settled();
    expect(jobs.list({ state: 'queued' }).items).toHaveLength(2);
    isUp = true;
    const waiting = jobs.list({}).items.find(({ payload }) => payload.webhook === other.id);
    jobs.retry(waiting?.id ?? '');
    await settled();
    expect(received.map(({ url }) => url)).toEqual(['https://b.example']);
  });
});

describe('a receiver that lets us wait for its answers', () => {
  test('holds up nobody else, however much waits for it', async () => {
    const slow = webhooks.create(admin, { url: 'https://a.example' });
    webhooks.create(admin, { url: 'https://b.example' });
    const waiting: (() => void)[] = [];
    answer = ({ url }) => {
      if (url.includes('b.example')) return Promise.resolve(204);
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting.push(() => resolve(204));
      return promise;
    };
    for (let n = 0; n < 40; n += 1) events.record(roomChanged(`room-${n}`));
    await settled();
    expect([tried, waiting.length]).toEqual([48, 8]);
    // And all of it goes out, eight at a time.
    while (waiting.length > 0) {
      for (const end of waiting.splice(0)) end();
      await settled();
      expect(waiting.length).toBeLessThanOrEqual(8);
    }
    expect(webhooks.get(slow.id)).toMatchObject({ pending: 0, dead: 0 });
  });
});

describe('a receiver that asks to be left alone for a while', () => {
  const tooMany = (retryAfterMs: number) => async () => {
    const details = { status: 429, retryAfterMs };
    throw new DomainError('webhook_refused', 'a.example answered 429.', { details });
  };

  test('is, with all that there is for it', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    answer = tooMany(600_000);
    events.record(roomChanged('one'));
    await settled();
    answer = undefined;
    events.record(roomChanged('two'));
    await pass(590_000, 10_000);
    expect([tried, received.length]).toEqual([1, 0]);
    await pass(30_000, 10_000);
    expect(received.map((message) => told(message).data.room).sort()).toEqual(['one', 'two']);
    // The wait was no attempt.
    expect(webhooks.deliveries(id, {}).items.map(({ attempts }) => attempts)).toEqual([1, 2]);
  });

  test('is for an hour, and not longer', async () => {
    webhooks.create(admin, { url: 'https://a.example' });
    answer = tooMany(100 * HOUR_MS);
    events.record(roomChanged('one'));
    await settled();
    answer = undefined;
    await pass(HOUR_MS - 60_000);
    expect(received).toEqual([]);
    await pass(120_000);
    expect(received).toHaveLength(1);
  });
});

describe('a receiver that says that it is gone', () => {
  test('is switched off, which is told; what waits goes out when someone switches it on again', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    answer = async () => {
      throw new DomainError('webhook_refused', 'a.example answered 410.', { details: { status: 410 } });
    };
    events.record(roomChanged('one'));
    await settled();
    const goneAt = toTimestamp(clock.now());
    expect(webhooks.get(id)).toMatchObject({ enabled: false, goneAt, pending: 1, dead: 0 });
    const [changed] = events.list({ kinds: ['webhook.changed'] }, { order: 'desc', limit: 1 }).items;
    expect(changed).toMatchObject({
      actor: 'server',
      object: `webhook:${id}`,
      outcome: 'failed',
      data: { before: { enabled: true, goneAt: null }, after: { enabled: false, goneAt } },
    });
    events.record(roomChanged('two'));
    await pass(HOUR_MS);
    expect(tried).toBe(1);
    answer = undefined;
    expect(webhooks.change(admin, id, { enabled: true })).toMatchObject({ enabled: true, goneAt: null });
    await pass(60_000);
    expect(received.map((message) => told(message).data.room)).toEqual(['one']);
  });
});

describe('a webhook', () => {
  test('that is off gets nothing, and when it is on again what had waited before', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    isUp = false;
    events.record(roomChanged('standup', 1));
    await settled();
    webhooks.change(admin, id, { enabled: false });
    events.record(roomChanged('standup', 2));
    isUp = true;
    await pass(HOUR_MS);
    expect(received).toEqual([]);
    webhooks.change(admin, id, { enabled: true });
    await pass(60_000);
    expect(received.map((message) => told(message).data.data.step)).toEqual([1]);
  });

  test('that is deleted takes what waits with it', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    isUp = false;
    events.record(roomChanged('standup'));
    await settled();
    webhooks.delete(admin, id);
    isUp = true;
    await pass(HOUR_MS);
    expect([received, jobs.list({}).items]).toEqual([[], []]);
    expect(() => webhooks.get(id)).toThrow('no webhook');
  });

  test('is tested by a ping, which tells what is wrong', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    expect(await webhooks.ping(id)).toMatchObject({ ok: true, status: 204 });
    expect(received.map((message) => JSON.parse(message.body).type)).toEqual(['ping']);
    isUp = false;
    expect(await webhooks.ping(id)).toMatchObject({
      ok: false,
      status: 503,
      error: { code: 'webhook_unreachable' },
    });
  });

  test.each(['ftp://a.example', 'https://user:pass@a.example', 'https://'])('does not go to %s', (url) => {
    expect(() => webhooks.create(admin, { url })).toThrow('no URL');
  });

  test('whose job is cancelled gives up the one delivery, and goes on with the next', async () => {
    const { id } = webhooks.create(admin, { url: 'https://a.example' });
    isUp = false;
    for (const step of [1, 2]) events.record(roomChanged('standup', step));
    await settled();
    jobs.cancel(jobs.list({}).items[0]?.id ?? '');
    isUp = true;
    await pass(120_000);
    expect(received.map((message) => told(message).data.data.step)).toEqual([2]);
    expect(webhooks.get(id)).toMatchObject({ pending: 0, dead: 1 });
  });
});
