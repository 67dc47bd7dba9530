import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom, participants } from '../harness/people.ts';
import { isAlive } from '../harness/process.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

describe('a crash costs seconds, not the meeting', () => {
  let didar: Didar;
  let room: Room;
  let anna: Attendee;
  let bert: Attendee;

  beforeEach(async () => {
    didar = await startDidar();
    room = await createRoom(didar);
    [anna, bert] = await Promise.all([attend(didar, room.name), attend(didar, room.name)]);
    await Promise.all([anna.client.publishMicrophone(440), bert.client.publishCamera('blue')]);
    await talking();
  });

  afterEach(async () => {
    await Promise.all([anna?.client.close(), bert?.client.close()]);
    await didar?.cleanUp();
  });

  async function talking(): Promise<void> {
    await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
    await eventually(() => anna.client.sees(bert.identity, 'blue'), 'anna to see bert');
  }

  async function bothListed(): Promise<void> {
    await eventually(async () => {
      const identities = (await participants(didar, room.name)).map(({ identity }) => identity).sort();
      return identities.join() === [anna.identity, bert.identity].sort().join();
    }, 'the list to hold both, once each');
  }

  test('after a crash of livekit everyone is back in the same room without doing anything', async () => {
    const before = await didar.livekitPid();
    process.kill(before, 'SIGKILL');
    await eventually(async () => {
      const { livekit } = await asAdmin<System>(didar, '/api/system');
      return livekit.state === 'ready' && livekit.pid !== before && livekit.restarts === 1;
    }, 'another livekit to be ready');
    await anna.client.until((state) => state.reconnects > 0 && state.connection === 'connected', 'anna back');
    await bert.client.until((state) => state.reconnects > 0 && state.connection === 'connected', 'bert back');
    await talking();
    await bothListed();
    expect(await isAlive(before)).toBe(false);
  });

  test('after a crash of didar no livekit is left, and the state is right', async () => {
    const orphan = await didar.livekitPid();
    const before = await asAdmin<Room>(didar, `/api/room/${room.name}`);
    await didar.kill9();
    await bert.client.close();
    await didar.restart();
    expect(await isAlive(orphan)).toBe(false);
    await anna.client.until((state) => state.reconnects > 0 && state.connection === 'connected', 'anna back');
    await eventually(async () => {
      const identities = (await participants(didar, room.name)).map(({ identity }) => identity);
      return identities.join() === anna.identity;
    }, 'the list to hold anna alone');
    const shown = await asAdmin<Room>(didar, `/api/room/${room.name}`);
    expect(shown.participants).toBe(1);
    expect(shown.session?.sid).not.toBe(before.session?.sid as string);
    const query = `/api/event?room=${room.name}&kind=room.started,room.finished&order=asc`;
    const { items } = await asAdmin<{ items: DidarEvent[] }>(didar, query);
    expect(items.map(({ kind }) => kind)).toEqual(['room.started', 'room.finished', 'room.started']);
  });
});

test('a livekit that outlived a crash of didar, even a frozen one, is ended by the next start', async () => {
  const didar = await startDidar();
  try {
    const orphan = await didar.livekitPid();
    // Frozen, it neither notices that its log goes nowhere any more nor listens to a polite signal.
    process.kill(orphan, 'SIGSTOP');
    await didar.kill9();
    expect(await isAlive(orphan)).toBe(true);
    await didar.restart();
    expect(await isAlive(orphan)).toBe(false);
    expect(await didar.livekitPid()).not.toBe(orphan);
  } finally {
    await didar.cleanUp();
  }
});
