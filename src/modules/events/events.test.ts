import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type Database, openDatabase } from '../../db/open.ts';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { exportEvents } from './export.ts';
import type { DidarEvent } from './model.ts';
import { createEventRepo, type EventFilter } from './repo.ts';
import { createEvents, type Events } from './service.ts';
import { eventStream, type StreamOptions } from './stream.ts';

const clock = manualClock();
let db: Database;
let events: Events;

beforeEach(() => {
  db = openDatabase(':memory:', { log: silentLogger });
  events = createEvents({ repo: createEventRepo(db), clock });
});
afterEach(() => db.close());

describe('recording', () => {
  test('an event is stored, numbered and told to who listens', () => {
    const told: DidarEvent[] = [];
    events.subscribe((event) => told.push(event));
    events.record({ kind: 'room.created', room: 'abc-defg-hij', actor: 'local', data: { a: 1 } });
    expect(told).toMatchObject([{ id: 1, kind: 'room.created', room: 'abc-defg-hij', data: { a: 1 } }]);
    expect(events.list({}, { order: 'desc', limit: 10 }).items).toEqual(told);
  });

  test('what is rolled back was never told', () => {
    const told: DidarEvent[] = [];
    events.subscribe((event) => told.push(event));
    expect(() =>
      events.inTransaction(() => {
        events.record({ kind: 'room.created' });
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(told).toEqual([]);
    expect(events.list({}, { order: 'asc', limit: 10 }).items).toEqual([]);
  });

  test('a nested transaction tells everything once the outer one is safe', () => {
    const order: string[] = [];
    events.subscribe(({ kind }) => order.push(kind));
    events.inTransaction(() => {
      events.inTransaction(() => events.record({ kind: 'room.created' }));
      order.push('still inside');
    });
    expect(order).toEqual(['still inside', 'room.created']);
  });

  test('pages follow one another without a gap, filtered by prefix and room', () => {
    for (let i = 0; i < 5; i += 1) events.record({ kind: 'room.changed', room: 'one' });
    events.record({ kind: 'participant.left', room: 'one' });
    events.record({ kind: 'room.changed', room: 'two' });
    const filter = { kinds: ['room.'], room: 'one' };
    const first = events.list(filter, { order: 'desc', limit: 3 });
    const second = events.list(filter, { order: 'desc', limit: 3, from: Number(first.next) });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
    expect(second.next).toBeNull();
  });

  test('events are kept for as long as the configuration says', () => {
    events.record({ kind: 'room.created' });
    clock.advance(89 * 86_400_000);
    const stop = events.keepBounded(90 * 86_400_000);
    expect(events.list({}, { order: 'asc', limit: 10 }).items).toHaveLength(1);
    clock.advance(2 * 86_400_000);
    expect(events.list({}, { order: 'asc', limit: 10 }).items).toHaveLength(0);
    stop();
  });
});

describe('the audit', () => {
  test('is narrowed by who, what, how it ended and when', () => {
    const start = clock.now();
    events.record({ kind: 'user.created', actor: 'u_ada', data: { user: { id: 'u_bob' } } });
    clock.advance(1_000);
    events.record({ kind: 'request.refused', actor: 'u_bob', object: 'user:u_ada', outcome: 'refused' });
    const kinds = (filter: EventFilter) =>
      events.list(filter, { order: 'asc', limit: 10 }).items.map(({ kind }) => kind);
    for (const filter of [{ actor: 'u_ada' }, { object: 'user:u_bob' }, { outcome: 'done' as const }])
      expect(kinds(filter)).toEqual(['user.created']);
    expect(kinds({ since: start + 1 })).toEqual(['request.refused']);
    expect(kinds({ until: start + 1 })).toEqual(['user.created']);
  });

  test('is exported whole, oldest first, as JSON lines', async () => {
    for (let i = 0; i < 1_200; i += 1) events.record({ kind: i % 3 ? 'room.created' : 'room.deleted' });
    const lines = (await exportEvents(events, { kinds: ['room.created'] }).text()).trimEnd().split('\n');
    const ids = lines.map((line) => (JSON.parse(line) as DidarEvent).id);
    expect(ids).toHaveLength(800);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  test('that is empty is an empty file', async () => {
    expect(await exportEvents(events, {}).text()).toBe('');
  });
});

describe('the stream', () => {
  const open = (options: Partial<StreamOptions> = {}) => {
    const aborter = new AbortController();
    const response = eventStream({
      events,
      clock,
      filter: {},
      after: undefined,
      signal: aborter.signal,
      stillAllowed: () => true,
      onOpen: () => () => undefined,
      ...options,
    });
    return { aborter, text: response.text() };
  };

  test('begins with the newest id, then tells what happens', async () => {
    events.record({ kind: 'room.created' });
    const { aborter, text } = open();
    events.record({ kind: 'room.changed', room: 'one' });
    events.publish({ kind: 'livekit.log', data: { line: 'x' } });
    aborter.abort();
    const frames = (await text).trim().split('\n\n');
    expect(frames[0]).toBe('event: hello\ndata: {"lastEventId":1}');
    expect(frames[1]).toStartWith('id: 2\nevent: room.changed\ndata: {"id":2,');
    expect(frames[2]).toStartWith('event: livekit.log\ndata: {"id":0,');
  });

  test('resumes after the last event that was seen', async () => {
    for (const room of ['one', 'two', 'three']) events.record({ kind: 'room.created', room });
    const { aborter, text } = open({ after: 1 });
    aborter.abort();
    expect((await text).match(/^id: \d+$/gm)).toEqual(['id: 2', 'id: 3']);
  });

  test('who missed too much, or comes with an id from another life, reads the lists again', async () => {
    for (let i = 0; i < 1_002; i += 1) events.record({ kind: 'room.changed' });
    for (const after of [1, 5_000]) {
      const { aborter, text } = open({ after });
      aborter.abort();
      expect(await text).toContain('event: reset\ndata: {"lastEventId":1002}');
    }
  });

  test('ends as soon as the right to read it is taken away', async () => {
    let allowed = true;
    const { text } = open({ stillAllowed: () => allowed });
    allowed = false;
    events.record({ kind: 'token.revoked' });
    expect(await text).toContain('event: token.revoked');
  });

  test('a reader that does not read is let go', async () => {
    let opened = 0;
    open({
      onOpen: () => {
        opened += 1;
        return () => {
          opened -= 1;
        };
      },
    });
    const data = { text: 'x'.repeat(100_000) };
    for (let i = 0; i < 20 && opened > 0; i += 1) events.record({ kind: 'room.changed', data });
    expect(opened).toBe(0);
  });
});
