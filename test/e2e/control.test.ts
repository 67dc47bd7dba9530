import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { Participant } from '../../src/modules/participants/model.ts';
import type { Denial, JoinAnswer, Room } from '../../src/modules/rooms/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import type { Problem } from '../harness/http.ts';
import {
  type Account,
  type Attendee,
  attend,
  createAccount,
  createRoom,
  participant,
} from '../harness/people.ts';
import { createRtcClient } from '../harness/rtc-client/client.ts';
import '../harness/slow.ts';
import { eventually, never } from '../harness/within.ts';

/** Two clients on a machine that does something else; `kept-out.test.ts` measures closer. */
const EFFECT_LIMIT_MS = 2_000;

describe('a moderator controls a meeting', () => {
  let didar: Didar;
  let account: Account;
  let room: Room;
  let anna: Attendee;
  let bert: Attendee;

  beforeAll(async () => {
    didar = await startDidar();
    account = await createAccount(didar);
  });

  afterAll(async () => {
    await didar?.cleanUp();
  });

  beforeEach(async () => {
    room = await createRoom(didar);
    [anna, bert] = await Promise.all([
      attend(didar, room.name, { token: account.token }),
      attend(didar, room.name, { name: 'Bert' }),
    ]);
  });

  afterEach(async () => {
    await Promise.all([anna?.client.close(), bert?.client.close()]);
  });

  const act = <T>(who: Attendee, action: string, json: object = {}) =>
    asAdmin<T>(didar, `/api/room/${room.name}/participants/${who.identity}/${action}`, { json });

  const denials = async () =>
    (await asAdmin<{ items: Denial[] }>(didar, `/api/room/${room.name}/denials`)).items;

  test('who is kicked is out at once and stays out until the denial is lifted', async () => {
    const { denial } = await act<{ denial: { id: string } }>(anna, 'kick');
    await anna.client.until((state) => state.connection === 'disconnected', 'anna to be out', 5000);
    expect(anna.client.state.disconnectReason).toBe('PARTICIPANT_REMOVED');
    await bert.client.until((state) => !(anna.identity in state.others), 'bert to see her gone');

    const again = await didar.api<Problem>('/api/room/join', {
      json: { room: room.name },
      token: account.token,
    });
    expect(again).toMatchObject({ status: 403, body: { code: 'join_denied' } });

    const stubborn = createRtcClient();
    try {
      await expect(stubborn.connect(anna.join.url, anna.join.token)).rejects.toThrow();
    } finally {
      await stubborn.close();
    }
    expect(await participant(didar, room.name, anna.identity)).toBeUndefined();

    expect((await denials()).map(({ identity }) => identity)).toContain(anna.identity);
    await asAdmin(didar, `/api/room/${room.name}/denials/${denial.id}`, { method: 'DELETE' });
    const back = await attend(didar, room.name, { token: account.token });
    expect(back.identity).toBe(anna.identity);
    await back.client.close();
  });

  test('a kicked guest does not come back under another name', async () => {
    await act(bert, 'kick');
    await bert.client.until((state) => state.connection === 'disconnected', 'bert to be out', 5000);
    const asBefore = { room: room.name, name: 'Bert', guest: bert.join.guest };
    const renamed = { room: room.name, name: 'Someone else' };
    for (const json of [asBefore, renamed]) {
      expect((await didar.api<Problem>('/api/room/join', { json })).status).toBe(403);
    }
  });

  test('a kick in one room is none in another', async () => {
    await act(anna, 'kick');
    const other = await createRoom(didar);
    const elsewhere = await didar.api<JoinAnswer>('/api/room/join', {
      json: { room: other.name },
      token: account.token,
    });
    expect(elsewhere.status).toBe(200);
  });

  test('who is muted falls silent for the others, and may speak again', async () => {
    await anna.client.publishMicrophone(440);
    await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
    await act(anna, 'mute');
    await eventually(() => bert.client.hearsNothingFrom(anna.identity), 'silence');
    await anna.client.until((state) => state.published.microphone?.muted, 'anna to know');
    await anna.client.setMuted('microphone', false);
    await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna again');
  });

  test('an unmute brings the voice back', async () => {
    await anna.client.publishMicrophone(440);
    await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
    await act(anna, 'mute');
    await eventually(() => bert.client.hearsNothingFrom(anna.identity), 'silence');
    const { state } = await act<{ state: string }>(anna, 'unmute');
    if (state === 'requested') {
      await anna.client.until((s) => s.data.some(({ topic }) => topic === 'didar.request'), 'the request');
    } else {
      await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna again');
    }
  });

  test('who is muted with lock can not speak until it is unlocked; the camera stays', async () => {
    await Promise.all([anna.client.publishMicrophone(440), anna.client.publishCamera('green')]);
    await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
    await eventually(() => bert.client.sees(anna.identity, 'green'), 'bert to see anna');
    const locked = await act<Participant>(anna, 'mute', { lock: true });
    expect(locked).toMatchObject({ micLocked: true });
    await eventually(() => bert.client.hearsNothingFrom(anna.identity), 'silence');

    // The client waits ten seconds for an answer that LiveKit does not give; nobody needs to.
    let published = false;
    anna.client.publishMicrophone(550).then(
      () => {
        published = true;
      },
      () => undefined,
    );
    await never(2500, () => published || bert.client.hears(anna.identity, 550), 'a locked microphone');
    expect(bert.client.sees(anna.identity, 'green')).toBe(true);

    await act(anna, 'unmute');
    await eventually(
      async () => !(await participant(didar, room.name, anna.identity))?.micLocked,
      'the unlock',
    );
    await anna.client.publishMicrophone(660);
    await eventually(() => bert.client.hears(anna.identity, 660), 'bert to hear anna again');
  });

  test('who may do nothing but speak can be locked too, and keeps listening', async () => {
    await asAdmin(didar, `/api/room/${room.name}/participants/${bert.identity}`, {
      method: 'PATCH',
      json: { permissions: { publish: ['microphone'] } },
    });
    await bert.client.publishMicrophone(880);
    await anna.client.publishMicrophone(440);
    await eventually(() => anna.client.hears(bert.identity, 880), 'anna to hear bert');
    await act(bert, 'mute', { lock: true });
    await eventually(() => anna.client.hearsNothingFrom(bert.identity), 'silence');
    await bert.client.until((state) => state.permissions?.canPublish === false, 'bert to know');
    expect((await participant(didar, room.name, bert.identity))?.permissions.publish).toEqual([]);
    await eventually(() => bert.client.hears(anna.identity, 440), 'bert to still hear anna');
  });

  test('permissions change while the meeting runs, and hold at the next join', async () => {
    await anna.client.publishCamera('blue');
    await eventually(() => bert.client.sees(anna.identity, 'blue'), 'bert to see anna');
    await asAdmin(didar, `/api/room/${room.name}/participants/${anna.identity}`, {
      method: 'PATCH',
      json: { permissions: { publish: ['microphone'] } },
    });
    await anna.client.until(
      ({ permissions }) => permissions?.sources.join() === 'microphone',
      'anna to be told her new permissions',
    );
    await eventually(() => !bert.client.sees(anna.identity, 'blue'), 'the picture to be gone');
    await anna.client.disconnect();
    await anna.client.close();
    anna = await attend(didar, room.name, { token: account.token });
    expect(anna.join.permissions.publish).toEqual(['microphone']);
  });

  test('what everyone may do is lowered at once, for who comes later too, and given back', async () => {
    await Promise.all([anna.client.publishMicrophone(440), anna.client.publishCamera('green')]);
    await eventually(() => bert.client.sees(anna.identity, 'green'), 'bert to see anna');
    const everyone = (verb: string, json: object = {}) =>
      asAdmin<Room>(didar, `/api/room/${room.name}/${verb}`, { json });
    const sources = ({ client }: Attendee) => client.state.permissions?.sources.join();
    const began = performance.now();
    await everyone('lower', { publish: ['microphone'] });
    await Promise.all(
      [anna, bert].map((who) => who.client.until(() => sources(who) === 'microphone', 'to be told')),
    );
    expect(performance.now() - began).toBeLessThan(EFFECT_LIMIT_MS);
    await eventually(() => !bert.client.sees(anna.identity, 'green'), 'the picture to be gone');
    expect(bert.client.hears(anna.identity, 440)).toBe(true);
    const cleo = await attend(didar, room.name);
    await cleo.client.close();
    expect(cleo.join.permissions.publish).toEqual(['microphone']);

    await everyone('restore');
    await anna.client.until(() => sources(anna)?.includes('camera') === true, 'her camera back');
    await anna.client.publishCamera('red');
    await eventually(() => bert.client.sees(anna.identity, 'red'), 'bert to see anna again');
  });

  test('a room that is handed over obeys its new owner at once, and who had it moderates on', async () => {
    const [first, second] = await Promise.all([createAccount(didar), createAccount(didar)]);
    const become = (user: string, token?: string) =>
      didar.api<Problem>(`/api/room/${room.name}/owner`, { json: { user }, token });
    await asAdmin(didar, `/api/room/${room.name}/owner`, { json: { user: first.user.id } });
    const [one, two] = (await Promise.all(
      [first, second].map(({ token }) => attend(didar, room.name, { token })),
    )) as [Attendee, Attendee];
    try {
      expect([one.join.role, two.join.role]).toEqual(['owner', 'attendee']);
      expect((await become(second.user.id, second.token)).status).toBe(403);
      expect((await become(second.user.id, first.token)).status).toBe(200);
      const roles = () =>
        Promise.all([one, two].map(async (p) => (await participant(didar, room.name, p.identity))?.role));
      await eventually(
        async () => (await roles()).join() === 'moderator,owner',
        'both to be what they are now',
      );
      const kick = (who: Attendee, { token }: Account) =>
        didar.api<Problem>(`/api/room/${room.name}/participants/${who.identity}/kick`, { json: {}, token });
      expect(await kick(two, first)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect((await kick(bert, first)).status).toBe(200);
      expect((await kick(one, second)).status).toBe(200);
      await one.client.until(({ connection }) => connection === 'disconnected', 'who had it to be out');
    } finally {
      await Promise.all([one.client.close(), two.client.close()]);
    }
  });

  test('a closed room sends everyone home and lets nobody in', async () => {
    await asAdmin(didar, `/api/room/${room.name}`, { method: 'PATCH', json: { state: 'closed' } });
    for (const { client } of [anna, bert]) {
      await client.until((state) => state.connection === 'disconnected', 'the end of the meeting', 10_000);
    }
    const join = await didar.api<Problem>('/api/room/join', { json: { room: room.name, name: 'Late' } });
    expect(join).toMatchObject({ status: 403, body: { code: 'room_closed' } });
  });

  test('who is no moderator may do none of this', async () => {
    const path = `/api/room/${room.name}/participants/${bert.identity}/kick`;
    expect((await didar.api<Problem>(path, { json: {} })).status).toBe(401);
    const refused = await didar.api<Problem>(path, { json: {}, token: account.token });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(bert.client.state.connection).toBe('connected');
  });
});
