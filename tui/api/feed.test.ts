import { expect, test } from 'bun:test';
import { manualClock } from '../../src/lib/manual-clock.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Participant } from '../../src/modules/participants/model.ts';
import { fakeParticipant, fakeRoom, fakeSystem } from '../../test/tui/fake-world.ts';
import { createWorld } from '../state/world.ts';
import type { Api } from './client.ts';
import { ApiError } from './error.ts';
import { createFeed } from './feed.ts';
import type { SseMessage } from './sse.ts';

const ALI = fakeParticipant('standup', 'Ali');
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server whose stream and answers the test holds in its hands. */
function setup() {
  const clock = manualClock();
  const world = createWorld(clock, () => undefined);
  const streams: { after: string | undefined; send: (message: SseMessage) => void; end: () => void }[] = [];
  let people: Participant[] = [];
  let up = true;
  let hold: Promise<void> | undefined;

  const read = async <T>(answer: T): Promise<T> => {
    if (!up) throw new ApiError('unreachable', 'the server does not answer', 0);
    await hold;
    return answer;
  };
  const api = {
    system: () => read(fakeSystem()),
    setupCode: () => read(undefined),
    me: () => read({ kind: 'local', user: null, scopes: [] }),
    rooms: () => read([fakeRoom('standup')]),
    participants: async () => await read(people),
    waiting: () => read([]),
    recordings: () => read(undefined),
    events: () => read([]),
    log: () => read([]),
    async *stream(after: string | undefined, signal: AbortSignal) {
      await read(undefined);
      const { readable, writable } = new TransformStream<SseMessage, SseMessage>();
      const writer = writable.getWriter();
      signal.addEventListener('abort', () => void writer.abort(signal.reason).catch(() => undefined));
      streams.push({ after, send: (message) => void writer.write(message), end: () => void writer.close() });
      yield* readable;
    },
  } as unknown as Api;
  const feed = createFeed({ api, world, clock, changed: () => undefined });
  feed.start();

  return {
    clock,
    world,
    feed,
    streams,
    stream: () => {
      const stream = streams.at(-1);
      if (!stream) throw new Error('nobody connected');
      return stream;
    },
    serve(is: { up?: boolean; people?: Participant[]; hold?: Promise<void> }) {
      up = is.up ?? true;
      people = is.people ?? people;
      hold = is.hold;
    },
  };
}

const hello = (id: number): SseMessage => ({
  event: 'hello',
  data: JSON.stringify({ lastEventId: id }),
  id: undefined,
});
function joined(id: number, participant: Participant): SseMessage {
  const event: DidarEvent = {
    id,
    kind: 'participant.joined',
    at: '2026-01-01T00:00:00Z',
    actor: 'livekit',
    room: participant.room,
    identity: participant.identity,
    object: `participant:${participant.identity}`,
    outcome: 'done',
    data: { participant },
  };
  return { event: event.kind, data: JSON.stringify(event), id: String(id) };
}

test('events that come while the lists are read are not lost', async () => {
  const { world, feed, stream, serve } = setup();
  await settle();
  const read = Promise.withResolvers<void>();
  serve({ hold: read.promise });
  stream().send(hello(4));
  stream().send(joined(5, ALI));
  await settle();
  expect(feed.connection.state).toBe('connecting');
  read.resolve();
  await settle();
  expect(feed.connection.state).toBe('live');
  expect(world.rooms.get('standup')?.participants).toBe(1);
});

test('what is told again after a break is history: the lists, read later, know better', async () => {
  const { world, stream, serve, clock } = setup();
  await settle();
  stream().send(hello(4));
  await settle();
  stream().end();
  await settle();
  serve({ people: [{ ...ALI, micLocked: true }] });
  clock.advance(500);
  await settle();
  expect(stream().after).toBe('4');
  stream().send(hello(5));
  stream().send(joined(5, ALI));
  await settle();
  expect(world.participants.get('standup/u_ali')?.micLocked).toBe(true);
  clock.advance(1_000);
  expect(world.events.size).toBe(1);
});

test('a server that is away is asked less and less often, and what was known stays', async () => {
  const { world, feed, stream, streams, serve, clock } = setup();
  await settle();
  stream().send(hello(0));
  await settle();
  serve({ up: false });
  stream().end();
  await settle();
  expect(feed.connection).toMatchObject({ state: 'lost', reason: 'the server ended the connection' });
  expect(world.rooms.size).toBe(1);
  for (const wait of [500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
    clock.advance(wait);
    await settle();
  }
  expect(feed.connection).toMatchObject({ state: 'lost', reason: 'the server does not answer' });
  serve({ up: true });
  clock.advance(9_999);
  await settle();
  expect(streams).toHaveLength(1);
  clock.advance(1);
  await settle();
  stream().send(hello(0));
  await settle();
  expect(feed.connection.state).toBe('live');
});

test('a line without heartbeats is given up', async () => {
  const { feed, stream, clock } = setup();
  await settle();
  stream().send(hello(0));
  await settle();
  clock.advance(39_000);
  stream().send({ event: 'comment', data: 'still here', id: undefined });
  await settle();
  clock.advance(39_000);
  await settle();
  expect(feed.connection.state).toBe('live');
  clock.advance(1_000);
  await settle();
  expect(feed.connection).toMatchObject({ state: 'lost', reason: 'the line went silent' });
});

test('refreshing reads everything again without calling the line lost', async () => {
  const { world, feed, stream, streams, serve } = setup();
  await settle();
  stream().send(hello(0));
  await settle();
  serve({ people: [ALI] });
  feed.refresh();
  await settle();
  expect(feed.connection.state).toBe('live');
  expect(streams).toHaveLength(2);
  stream().send(hello(0));
  await settle();
  expect(world.participants.size).toBe(1);
});
