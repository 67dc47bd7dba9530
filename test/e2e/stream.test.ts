import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type EventStream, openStream } from '../harness/event-stream.ts';
import { attend, createAccount, createRoom } from '../harness/people.ts';
import '../harness/slow.ts';

describe('the stream tells what happens while it happens', () => {
  let didar: Didar;
  const streams: EventStream[] = [];

  beforeAll(async () => {
    didar = await startDidar();
  });
  afterAll(async () => {
    for (const stream of streams) stream.close();
    await didar?.cleanUp();
  });

  async function listen(options: Partial<Parameters<typeof openStream>[0]> = {}): Promise<EventStream> {
    const stream = await openStream({
      url: 'http://localhost/api/event/stream',
      unix: didar.socket,
      ...options,
    });
    streams.push(stream);
    return stream;
  }

  test('a join, a mute and a departure arrive, in order, with what a view needs to redraw', async () => {
    const stream = await listen();
    const room = await createRoom(didar);
    const anna = await attend(didar, room.name);
    await anna.client.publishMicrophone(440);
    await anna.client.disconnect();
    await anna.client.close();
    const created = await stream.until((event) => event.kind === 'room.created' && event.room === room.name);
    const joined = await stream.until(
      (event) => event.kind === 'participant.joined' && event.room === room.name,
    );
    const left = await stream.until((event) => event.kind === 'participant.left' && event.room === room.name);
    expect(joined.data.participant).toMatchObject({ identity: anna.identity, room: room.name });
    expect(created.id).toBeLessThan(joined.id);
    expect(joined.id).toBeLessThan(left.id);
  });

  test('who lost the connection goes on after the last event they had, missing none', async () => {
    const first = await listen();
    const one = await createRoom(didar);
    const seen = await first.until((event) => event.kind === 'room.created' && event.room === one.name);
    first.close();
    const missed = [await createRoom(didar), await createRoom(didar)];
    const again = await listen({ lastEventId: String(seen.id) });
    const later = await createRoom(didar);
    await again.until((event) => event.kind === 'room.created' && event.room === later.name);
    const created = again.events.filter(({ kind }) => kind === 'room.created').map((event) => event.room);
    expect(created).toEqual([...missed, later].map(({ name }) => name));
    const ids = again.events.filter(({ id }) => id > 0).map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });

  test('the history holds the same events, by page', async () => {
    const stream = await listen();
    const room = await createRoom(didar);
    const told = await stream.until((event) => event.kind === 'room.created' && event.room === room.name);
    const query = `/api/event?room=${room.name}`;
    const page = await asAdmin<{ items: DidarEvent[]; next: string | null }>(didar, query);
    expect(page.items).toContainEqual(told);
  });

  test('after a restart of the server the stream goes on where it was', async () => {
    const stream = await listen();
    const room = await createRoom(didar);
    const seen = await stream.until((event) => event.kind === 'room.created' && event.room === room.name);
    await didar.restart();
    const again = await listen({ lastEventId: String(seen.id) });
    await again.until((event) => event.kind === 'server.started' && event.id > seen.id);
  });

  test('it is for those who may read it', async () => {
    const stranger = await fetch(`${didar.url}/api/event/stream`);
    expect(stranger.status).toBe(401);
    const { token } = await createAccount(didar);
    const user = await didar.api('/api/event/stream', { token });
    expect(user.status).toBe(403);
  });
});
