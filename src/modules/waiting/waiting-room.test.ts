import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  codeOf,
  createRoomHouse,
  local,
  type RoomHouse,
  stranger,
  user,
} from '../../../test/fixtures/room-house.ts';
import type { Participant } from '../participants/model.ts';
import type { JoinRequest, JoinWaiting } from '../rooms/model.ts';
import { waitStream } from './stream.ts';

let house: RoomHouse;
let stop: () => void;

beforeEach(async () => {
  house = createRoomHouse();
  stop = house.waiting.start();
  await house.rooms.create(user('u_owner'), { name: 'daily', approval: true });
});
afterEach(() => {
  stop();
  house.db.close();
});

async function knock(name: string, more: Partial<JoinRequest> = {}): Promise<JoinWaiting> {
  const answer = await house.ask(stranger, { room: 'daily', name, ...more });
  if ('state' in answer) return answer;
  throw new Error(`${name} came in without waiting`);
}

/** Follows a ticket; `frames` are the names of the events that came. */
function follow({ ticket }: JoinWaiting) {
  const aborter = new AbortController();
  const response = waitStream({
    who: house.waiting.resume('daily', ticket),
    listen: house.waiting.listen,
    clock: house.clock,
    signal: aborter.signal,
    onOpen: () => () => undefined,
  });
  return {
    leave: () => aborter.abort(),
    events: async () => [...(await response.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name),
  };
}

const waits = () => house.waiting.list(local, 'daily', {}).items.map(({ name }) => name);
const told = () =>
  house.events.list({ kinds: ['participant.'] }, { order: 'asc', from: undefined, limit: 100 }).items;

describe('a room with approval', () => {
  test('lets its owner in, and has everyone else wait and be seen waiting', async () => {
    expect((await house.join(user('u_owner'), { room: 'daily' })).role).toBe('owner');
    const ada = await knock('Ada');
    house.clock.advance(1);
    await house.ask(user('u_other'), { room: 'daily' });
    expect(ada.streamUrl).toBe(`/api/room/daily/wait?ticket=${ada.ticket}`);
    expect(waits()).toEqual(['Ada', 'other']);
    expect(house.waiting.listAll(local, {}).items).toHaveLength(2);
    expect(told().map(({ kind, identity }) => [kind, identity])).toEqual([
      ['participant.waiting', ada.identity],
      ['participant.waiting', 'u_other'],
    ]);
  });

  test('tells who is admitted, and lets the same guest in from then on', async () => {
    const ada = await knock('Ada');
    const stream = follow(ada);
    house.waiting.admit(user('u_owner'), 'daily', ada.identity);
    expect(await stream.events()).toEqual(['waiting', 'admitted']);
    const again = { room: 'daily', guest: ada.guest };
    expect(await house.join(stranger, again)).toMatchObject({ identity: ada.identity, name: 'Ada' });
    expect(await house.join(stranger, again)).toMatchObject({ identity: ada.identity });
    expect(waits()).toEqual([]);
  });

  test('tells who is refused, keeps them out of this meeting, and lets a moderator think again', async () => {
    const eve = await knock('Eve');
    const stream = follow(eve);
    await house.waiting.refuse(user('u_owner'), 'daily', eve.identity);
    expect(await stream.events()).toEqual(['waiting', 'refused']);
    const again = { room: 'daily', guest: eve.guest };
    expect(await codeOf(() => house.join(stranger, again))).toBe('join_refused');
    expect(await follow(eve).events()).toEqual(['refused']);
    expect(house.waiting.list(local, 'daily', { state: 'refused' }).items).toMatchObject([
      { name: 'Eve', decidedBy: 'u_owner' },
    ]);
    house.waiting.admit(local, 'daily', eve.identity);
    expect((await house.join(stranger, again)).name).toBe('Eve');
    await house.waiting.refuse(local, 'daily', eve.identity);
    expect(house.putOut).toEqual([eve.identity, eve.identity]);
    expect(await codeOf(() => house.join(stranger, again))).toBe('join_refused');
  });

  test('is kept by moderators alone', async () => {
    const ada = await knock('Ada');
    expect(await codeOf(() => house.waiting.admit(user('u_other'), 'daily', ada.identity))).toBe('forbidden');
    expect(await codeOf(() => house.waiting.list(user('u_other'), 'daily', {}))).toBe('forbidden');
    expect(await codeOf(() => house.waiting.admit(local, 'daily', 'g_nobody'))).toBe('not_waiting');
  });

  test('forgets what was said when the meeting is over, and not when the server starts anew', async () => {
    const ada = await knock('Ada');
    house.waiting.admit(local, 'daily', ada.identity);
    const over = (reason: string) =>
      house.events.record({ kind: 'room.finished', room: 'daily', data: { reason } });
    over('didar ended');
    expect((await house.join(stranger, { room: 'daily', guest: ada.guest })).name).toBe('Ada');
    over('finished');
    await knock('Ada', { guest: ada.guest });
    expect(waits()).toEqual(['Ada']);
  });

  test('who has no stream for half a minute waits no more', async () => {
    await knock('Ada');
    const stream = follow(await knock('Bert'));
    house.clock.advance(40_000);
    expect(waits()).toEqual(['Bert']);
    stream.leave();
    house.clock.advance(20_000);
    expect(waits()).toEqual(['Bert']);
    house.clock.advance(20_000);
    expect(waits()).toEqual([]);
    expect(told().filter(({ kind }) => kind === 'participant.withdrew')).toHaveLength(2);
  });

  test('who comes back with the ticket is at the old place, and after an hour it is over', async () => {
    const ada = await knock('Ada');
    house.clock.advance(40_000);
    await knock('Bert');
    const stream = follow(ada);
    expect(waits()).toEqual(['Ada', 'Bert']);
    house.clock.advance(3_600_000);
    expect(await stream.events()).toEqual(['waiting', 'ended']);
    expect(await codeOf(() => follow(ada))).toBe('wait_ticket_invalid');
    expect(await codeOf(() => follow({ ...ada, ticket: 'made.up.ticket' }))).toBe('wait_ticket_invalid');
  });

  test('who waits comes in when approval is switched off, and is told when the room closes', async () => {
    const ada = follow(await knock('Ada'));
    await house.rooms.change(local, 'daily', { approval: false });
    expect(await ada.events()).toEqual(['waiting', 'admitted']);
    await house.rooms.change(local, 'daily', { approval: true });
    const bert = follow(await knock('Bert'));
    await house.rooms.change(local, 'daily', { state: 'closed' });
    expect(await bert.events()).toEqual(['waiting', 'ended']);
  });

  test('who is made a moderator need not wait on, and whose account ends waits no more', async () => {
    for (const end of [
      () => house.members.set(local, 'daily', 'u_other', 'moderator'),
      () => house.events.record({ kind: 'user.deleted', data: { user: { id: 'u_other' } } }),
    ]) {
      await house.members.set(local, 'daily', 'u_other', 'attendee');
      const answer = await house.ask(user('u_other'), { room: 'daily' });
      const stream = follow(answer as JoinWaiting);
      await end();
      expect(await stream.events()).toHaveLength(2);
      expect(waits()).toEqual([]);
    }
  });

  test('who is in when it is switched on stays let in', async () => {
    await house.rooms.change(local, 'daily', { approval: false });
    const ada = await house.join(stranger, { room: 'daily', name: 'Ada' });
    house.present.set(ada.identity, { identity: ada.identity, name: 'Ada' } as Participant);
    await house.rooms.change(local, 'daily', { approval: true });
    house.present.clear();
    expect((await house.join(stranger, { room: 'daily', guest: ada.guest })).name).toBe('Ada');
  });

  test('takes only so many', async () => {
    for (let i = 0; i < 200; i += 1) await knock(`Guest ${i}`);
    expect(await codeOf(() => knock('One more'))).toBe('waiting_room_full');
  });

  test('spares who is vouched for, and who is invited as a moderator', async () => {
    const { identity } = await house.join(local, { room: 'daily', name: 'Ada' });
    expect(house.admissions.of(house.rooms.byName('daily')?.id ?? '', identity)).toBe('admitted');
    const { token } = house.invites.create(local, 'daily', { role: 'moderator' });
    const chair = await house.join(stranger, { room: 'daily', name: 'Chair', invite: token });
    expect(chair.role).toBe('moderator');
    const guest = house.invites.create(local, 'daily', { role: 'guest' });
    await knock('Guest', { invite: guest.token });
  });
});
