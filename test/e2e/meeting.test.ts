import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Room } from '../../src/modules/rooms/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import {
  type Attendee,
  attend,
  createAccount,
  createRoom,
  participant,
  participants,
} from '../harness/people.ts';
import '../harness/slow.ts';
import { eventually, never } from '../harness/within.ts';

describe('two people meet through the one port', () => {
  let didar: Didar;
  let room: Room;
  let anna: Attendee;
  let bert: Attendee;

  beforeAll(async () => {
    didar = await startDidar();
    room = await createRoom(didar, { title: 'Standup' });
    const account = await createAccount(didar);
    anna = await attend(didar, room.name, { token: account.token });
    bert = await attend(didar, room.name, { name: 'Bert' });
    await Promise.all([
      anna.client.publishMicrophone(440),
      anna.client.publishCamera('red'),
      bert.client.publishMicrophone(880),
      bert.client.publishCamera('blue'),
    ]);
  });

  afterAll(async () => {
    await anna?.client.close();
    await bert?.client.close();
    await didar?.cleanUp();
  });

  test('their signalling goes to the server they asked, not to livekit', () => {
    expect(anna.join.url).toBe(didar.url.replace('http', 'ws'));
    expect(anna.identity).toStartWith('u_');
    expect(bert.identity).toStartWith('g_');
  });

  test('they hear and see each other', async () => {
    await eventually(() => anna.client.hears(bert.identity, 880), 'anna to hear bert');
    await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
    await eventually(() => anna.client.sees(bert.identity, 'blue'), 'anna to see bert');
    await eventually(() => bert.client.sees(anna.identity, 'red'), 'bert to see anna');
  });

  test('they see each other under the names they gave', () => {
    expect(anna.client.state.others[bert.identity]?.name).toBe('Bert');
    expect(bert.client.state.others[anna.identity]?.name).toBe(anna.join.name);
  });

  test('they can write to each other', async () => {
    await bert.client.send('chat', 'hello');
    await anna.client.until((state) => state.data.some(({ text }) => text === 'hello'), 'the message');
  });

  test('a moderator sees both, what they publish and how their media travels', async () => {
    await eventually(async () => {
      const seen = await participant(didar, room.name, bert.identity);
      return seen?.tracks.length === 2 && seen.path !== null && seen.state === 'active';
    }, 'the state to know of tracks and path');
    const [first, second] = await participants(didar, room.name);
    for (const someone of [first, second]) {
      expect(someone?.tracks.map(({ source }) => source).sort()).toEqual(['camera', 'microphone']);
      expect(someone?.path).toBe('udp');
      expect(someone?.connectMs).toBeGreaterThan(0);
      expect(someone?.permissions.publish).toContain('microphone');
    }
    const shown = await asAdmin<Room>(didar, `/api/room/${room.name}`);
    expect(shown).toMatchObject({ participants: 2, publishers: 2, title: 'Standup' });
    expect(shown.session?.sid).toBe(anna.client.state.roomSid as string);
  });

  test('who turns the own microphone off is shown as muted', async () => {
    await bert.client.setMuted('microphone', true);
    await eventually(async () => {
      const seen = await participant(didar, room.name, bert.identity);
      return seen?.tracks.find(({ source }) => source === 'microphone')?.muted;
    }, 'bert to be shown as muted');
    await eventually(() => anna.client.hearsNothingFrom(bert.identity), 'silence');
    await bert.client.setMuted('microphone', false);
    await eventually(() => anna.client.hears(bert.identity, 880), 'anna to hear bert again');
  });

  test('who leaves is gone from the list at once, and both sides are told', async () => {
    await bert.client.disconnect();
    await eventually(async () => (await participants(didar, room.name)).length === 1, 'one to be left');
    await anna.client.until((state) => !(bert.identity in state.others), 'anna to see bert leave');
  });
});

describe('a room gives what it allows', () => {
  let didar: Didar;
  beforeAll(async () => {
    didar = await startDidar();
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  test('who may speak only can not show a camera', async () => {
    const permissions = { publish: ['microphone' as const], subscribe: true, data: false, hidden: false };
    const room = await createRoom(didar, { permissions });
    const guest = await attend(didar, room.name);
    try {
      expect(guest.join.permissions).toEqual(permissions);
      await guest.client.publishMicrophone(440);
      const sources = async () =>
        (await participant(didar, room.name, guest.identity))?.tracks.map(({ source }) => source);
      await eventually(sources, 'the microphone in the state');
      // The client waits ten seconds for an answer that LiveKit does not give; nobody needs to.
      let published = false;
      guest.client.publishCamera('red').then(
        () => {
          published = true;
        },
        () => undefined,
      );
      const shown = async () => published || (await sources())?.includes('camera') === true;
      await never(2000, shown, 'a forbidden camera');
    } finally {
      await guest.client.close();
    }
  });

  test('whose client vanished is shown as reconnecting while livekit waits for them', async () => {
    const { name } = await createRoom(didar);
    const guest = await attend(didar, name);
    const state = async () => (await participant(didar, name, guest.identity))?.state;
    await eventually(async () => (await state()) === 'active', 'the guest in the meeting');
    await guest.client.close();
    await eventually(async () => (await state()) === 'reconnecting', 'the guest reconnecting');
  });
});
