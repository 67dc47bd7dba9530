import { beforeEach, describe, expect, test } from 'bun:test';
import { type ManualClock, manualClock } from '../../src/lib/manual-clock.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { WebhookDelivery } from '../../src/modules/webhooks/model.ts';
import { fakeDelivery, fakeJob, fakeRecording, fakeWebhook } from '../../test/tui/fake-world.ts';
import type { BackgroundApi } from '../api/background.ts';
import { ApiError } from '../api/error.ts';
import { type Background, createBackground } from './background.ts';
import { createWorld, type World } from './world.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

let clock: ManualClock;
let world: World;
let background: Background;
/** What the server has, and what it was asked for. */
let jobs: Job[];
let deliveries: WebhookDelivery[];
let asked: string[];
let refusal: ApiError | undefined;
let hold: Promise<void> | undefined;

async function answer<T>(what: string, value: () => T): Promise<T> {
  asked.push(what);
  // As the server has it when it is asked, whatever happens until the answer comes.
  const then = value();
  await hold;
  if (refusal) throw refusal;
  return then;
}

beforeEach(() => {
  clock = manualClock();
  world = createWorld(clock, () => undefined);
  [jobs, deliveries, asked, refusal, hold] = [[], [], [], undefined, undefined];
  const api = {
    jobs: () => answer('jobs', () => [...jobs]),
    webhooks: () => answer('webhooks', () => [fakeWebhook('w_1', 'crm')]),
    deliveries: () => answer('deliveries', () => [...deliveries]),
  } as Partial<BackgroundApi> as BackgroundApi;
  background = createBackground({ api, world, clock, changed: () => undefined });
});

function tell(kind: DidarEvent['kind'], data: DidarEvent['data']): void {
  const { room, identity, object } = { room: null, identity: null, object: null };
  world.apply({ id: 0, kind, at: '', actor: 'server', room, identity, object, outcome: 'done', data });
}

const shown = () => background.jobs.list.window(50).rows.map(({ id, state }) => `${id} ${state}`);
const ended = (id: string, minutesAgo: number) =>
  fakeJob(id, { state: 'done', finishedAt: new Date(clock.now() - minutesAgo * 60_000).toISOString() });

describe('jobs', () => {
  test('are asked for only while somebody looks, and follow what is told meanwhile', async () => {
    jobs = [fakeJob('j_1', { state: 'running' })];
    tell('job.changed', { job: fakeJob('j_0') });
    clock.advance(600_000);
    expect(asked).toEqual([]);
    const leave = background.watch('jobs');
    await settle();
    expect(shown()).toEqual(['j_1 running']);
    const before = asked.length;
    tell('job.changed', { job: fakeJob('j_2', { state: 'failed' }) });
    expect(shown()).toEqual(['j_2 failed', 'j_1 running']);
    expect(asked.length).toBe(before);
    leave();
    clock.advance(600_000);
    tell('job.changed', { job: fakeJob('j_3') });
    expect([shown(), asked.length]).toEqual([['j_2 failed', 'j_1 running'], before]);
  });

  test('are not set back by a list that is older than what was told', async () => {
    jobs = [fakeJob('j_1', { state: 'running' }), fakeJob('j_2', { state: 'running' })];
    const read = Promise.withResolvers<void>();
    hold = read.promise;
    background.watch('jobs');
    tell('job.changed', { job: fakeJob('j_1', { state: 'failed' }) });
    read.resolve();
    await settle();
    expect(shown()).toEqual(['j_1 failed', 'j_2 running']);
  });

  test('that went well are shown for an hour, and again when all are asked for; what failed stays', async () => {
    jobs = [ended('j_now', 1), ended('j_old', 61), { ...ended('j_bad', 3_000), state: 'failed' }];
    background.watch('jobs');
    await settle();
    expect(shown()).toEqual(['j_bad failed', 'j_now done']);
    clock.advance(3_600_000);
    await settle();
    expect(shown()).toEqual(['j_bad failed']);
    background.jobs.showAll(true);
    expect(shown()).toHaveLength(3);
  });

  test('of deliveries go when they are done: the deliveries are on record themselves', async () => {
    const delivery = { kind: 'deliver_webhook', payload: { webhook: 'w_1', object: 'room:standup' } };
    jobs = [fakeJob('j_1', { ...delivery, state: 'running' })];
    background.watch('jobs');
    await settle();
    expect(background.jobs.list.selected?.about).toBe('crm: room:standup');
    tell('job.changed', { job: fakeJob('j_1', { ...delivery, state: 'done' }) });
    expect(shown()).toEqual([]);
    expect(world.events.size).toBe(0);
  });

  test('say of which room the recording is', async () => {
    jobs = [fakeJob('j_1'), fakeJob('j_2', { payload: { recordingId: 'rec_gone' } })];
    world.recordings.put(fakeRecording('standup'));
    background.watch('jobs');
    await settle();
    expect(
      background.jobs.list
        .window(9)
        .rows.map(({ about }) => about)
        .sort(),
    ).toEqual(['rec_gone', 'standup']);
  });

  test.each([
    [403, 'forbidden', 'needs the scope admin'],
    [404, 'route_not_found', 'its version is older'],
    [404, 'webhook_not_found', 'it broke'],
    [500, 'internal', 'it broke'],
  ])('that may not be seen (%d %s) are not simply none', async (status, code, said) => {
    refusal = new ApiError(code, 'it broke', status);
    background.watch('jobs');
    await settle();
    expect(background.jobs.trouble).toContain(said);
    refusal = undefined;
    clock.advance(60_000);
    await settle();
    expect(background.jobs.trouble).toBeUndefined();
  });
});

describe('webhooks', () => {
  const delivering = (webhook: string) => ({
    job: fakeJob('j_1', { kind: 'deliver_webhook', payload: { webhook, object: 'room:standup' } }),
  });

  test('are read again when something happens to them, however much, once in two seconds', async () => {
    background.watch('webhooks');
    await settle();
    for (let i = 0; i < 500; i += 1) {
      tell('job.changed', delivering('w_1'));
      clock.advance(20);
      await settle();
    }
    expect(asked.length).toBeLessThanOrEqual(6);
    tell('room.changed', {});
    const before = asked.length;
    clock.advance(20_000);
    await settle();
    expect(asked.length).toBeLessThanOrEqual(before + 1);
  });

  test('show the deliveries of the one that is entered, and read them when they are about it', async () => {
    deliveries = [fakeDelivery('w_1', 1), fakeDelivery('w_1', 2, { state: 'dead' })];
    background.webhooks.enter('w_1');
    background.watch('webhook');
    await settle();
    expect(background.webhooks.deliveries.list.counts.total).toBe(2);
    const reads = () => asked.filter((what) => what === 'deliveries').length;
    const before = reads();
    tell('job.changed', delivering('w_2'));
    clock.advance(3_000);
    await settle();
    expect(reads()).toBe(before);
    tell('job.changed', delivering('w_1'));
    clock.advance(3_000);
    await settle();
    expect(reads()).toBe(before + 1);
    background.webhooks.enter('w_2');
    expect(background.webhooks.deliveries.list.counts.total).toBe(0);
  });

  test('of which nothing is different are not drawn again', async () => {
    background.watch('webhooks');
    await settle();
    const before = background.webhooks.list.selected;
    clock.advance(30_000);
    await settle();
    expect(asked.length).toBeGreaterThan(1);
    expect(background.webhooks.list.selected).toBe(before);
  });
});
