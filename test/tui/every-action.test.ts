import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { isAbsolute } from 'node:path';
import type { Invite } from '../../src/modules/invites/model.ts';
import type { JoinWaiting, Member, Room } from '../../src/modules/rooms/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type EventStream, openStream } from '../harness/event-stream.ts';
import { didarCommand, ROOT } from '../harness/executable.ts';
import { type Attendee, attend, createAccount, createRoom } from '../harness/people.ts';
import '../harness/slow.ts';
import { startTerminal, type Terminal } from '../harness/tmux.ts';
import { eventually } from '../harness/within.ts';

let didar: Didar;
let terminal: Terminal | undefined;
const inside: Attendee[] = [];
const streams: EventStream[] = [];

beforeAll(async () => {
  didar = await startDidar();
});
afterEach(async () => {
  await terminal?.close();
  for (const stream of streams.splice(0)) stream.close();
  await Promise.all(inside.splice(0).map(({ client }) => client.close()));
});
afterAll(() => didar?.cleanUp());

/** The dashboard with only the rooms whose name begins so. */
async function open(rooms: string): Promise<Terminal> {
  const command = didarCommand().map((part) => (isAbsolute(part) ? part : `${ROOT}/${part}`));
  terminal = await startTerminal({
    command: [...command, 'tui', '--socket', didar.socket],
    env: { ...didar.env, LC_ALL: 'C.UTF-8', XDG_STATE_HOME: `${didar.home}/${rooms}` },
    width: 110,
    height: 30,
  });
  await terminal.shows('livekit ready');
  await terminal.press('/');
  await terminal.type(rooms);
  await terminal.press('Enter');
  await terminal.shows(`▸ ${rooms}`);
  return terminal;
}

/** Somebody without an account asks to be let in, and goes on waiting. */
async function knock(room: string, name: string) {
  const { body } = await didar.api<JoinWaiting>('/api/room/join', { json: { room, name } });
  const stream = await openStream({ url: didar.url + body.streamUrl });
  streams.push(stream);
  return {
    until: (state: string) =>
      stream.until((event) => (event as unknown as { state: string }).state === state),
  };
}

const roomNow = (name: string) => asAdmin<Room>(didar, `/api/room/${name}`);

test('all settings of a room are in one form; what the server refuses is told at its field, and U brings the old ones back', async () => {
  await createRoom(didar, { name: 'settings-one', title: 'Before', maxParticipants: 7 });
  const screen = await open('settings-one');
  await screen.press('S');
  await screen.shows('Settings of settings-one');
  await screen.shows(/title +Before/);
  await screen.press('C-u');
  await screen.type('جلسهٔ هفتگی');
  await screen.press('Tab', 'Tab', 'C-u');
  await screen.type('many');
  await screen.press('C-s');
  await screen.shows('limit: a whole number from 1 to 10000');
  await screen.press('C-u');
  await screen.type('25');
  await screen.press('Tab', 'Space', 'Tab', 'Tab', 'Space', 'Tab');
  await screen.type('open sesame');
  const form = await screen.shows('***********');
  expect(form).not.toContain('open sesame');
  await screen.press('C-s');
  await screen.shows('settings-one has the new settings');
  expect(await roomNow('settings-one')).toMatchObject({
    title: 'جلسهٔ هفتگی',
    maxParticipants: 25,
    approval: true,
    hasPassword: true,
  });
  await screen.press('S');
  await screen.shows('Settings of settings-one');
  await screen.press('Tab', 'Tab', 'C-u');
  await screen.type('30');
  await screen.press('C-s');
  await screen.shows('the new settings; U takes it back');
  await screen.press('U');
  await screen.shows('the settings of before');
  expect((await roomNow('settings-one')).maxParticipants).toBe(25);
});

test('a new room has all settings behind one button, and a name that is taken is told where it was typed', async () => {
  await createRoom(didar, { name: 'taken-name' });
  const screen = await open('taken-name');
  await screen.press('Escape', 'n');
  await screen.shows('New room');
  await screen.type('taken-name');
  await screen.press('C-s');
  await screen.shows('There is a room named "taken-name" already.');
  await screen.press('C-u');
  await screen.type('all-settings');
  await screen.press('Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Enter');
  await screen.shows(/▸ \[ \] waiting room/);
  await screen.press('Space', 'Down', 'Down', 'Down', 'Down', 'Space', 'Down', 'Down', 'Down');
  await screen.type('2m');
  await screen.press('C-s');
  await screen.shows('all-settings is there');
  expect(await roomNow('all-settings')).toMatchObject({
    access: 'public',
    approval: true,
    autoRecord: true,
    departureTimeout: 120,
  });
});

test('several rooms are set alike after one question, and roles and everyone too', async () => {
  await createRoom(didar, { name: 'many-one', approval: true });
  await createRoom(didar, { name: 'many-two' });
  const screen = await open('many-');
  await screen.press('*', 'S');
  await screen.shows('Settings of 2 rooms');
  await screen.shows(/waiting room.* as each has it/);
  await screen.press('Tab', 'C-u');
  await screen.type('12');
  await screen.press('C-s');
  await screen.shows('Change 2 rooms?');
  await screen.shows('limit: 12');
  await screen.press('y');
  await screen.shows('2 rooms have the new settings');
  await screen.press('P');
  await screen.press('Down', 'Enter');
  await screen.shows('What guests may do in 2 rooms');
  await screen.press('Down', 'Space', 'C-s');
  await screen.shows('guests of 2 rooms may do what you chose');
  await screen.press('E');
  await screen.shows('What everyone but moderators may do now in 2 rooms');
  await screen.press('Up', 'Up', 'Up', 'Space', 'C-s');
  await screen.shows('everyone in 2 rooms may do what you left them');
  const [one, two] = [await roomNow('many-one'), await roomNow('many-two')];
  expect([one.maxParticipants, two.maxParticipants]).toEqual([12, 12]);
  expect([one.approval, two.approval]).toEqual([true, false]);
  expect(two.roles.guest.publish).not.toContain('camera');
  expect(two.lowered).toMatchObject({ data: false, subscribe: true });
  await screen.press('U');
  await screen.shows('may do what they could before');
  await screen.press('U');
  await screen.shows('guests of 2 rooms may do what they could before');
  const back = await roomNow('many-two');
  expect(back.lowered).toBeNull();
  expect(back.roles.guest.publish).toContain('camera');
});

test('members are added by name, given another role, handed the room and taken out; invitations are seen and revoked', async () => {
  await createRoom(didar, { name: 'members-one' });
  const { user } = await createAccount(didar);
  const members = async () =>
    (await asAdmin<{ items: Member[] }>(didar, '/api/room/members-one/members')).items.map(
      (member) => [member.user.id, member.role] as const,
    );
  const screen = await open('members-one');
  await screen.press('w');
  await screen.shows('Add somebody …');
  await screen.press('Enter');
  await screen.shows('New member of members-one');
  await screen.type('nobody at all');
  await screen.press('C-s');
  await screen.shows('no account is called nobody at all');
  await screen.press('C-u');
  await screen.type(user.name.toUpperCase());
  await screen.press('C-s');
  await screen.shows('is attendee of members-one');
  expect(await members()).toEqual([[user.id, 'attendee']]);
  await screen.press('w');
  await screen.shows(`(${user.email}): attendee`);
  await screen.press('Down', 'Enter');
  await screen.shows('Hand the room over');
  await screen.press('Down', 'Down', 'Down', 'Enter');
  await screen.shows('Hand members-one over to');
  await screen.press('y');
  await screen.shows('owns members-one');
  expect(await members()).toEqual([[user.id, 'owner']]);

  await screen.press('i');
  await screen.shows('Invitation to members-one');
  await screen.press('C-s');
  await screen.shows('invite=');
  await screen.press('Escape', 'I');
  await screen.shows(/as guest, 0 came, for 6 d/);
  await screen.press('Down', 'Enter');
  await screen.shows('Revoke this invitation?');
  await screen.press('y');
  await screen.shows('is revoked');
  const { items } = await asAdmin<{ items: Invite[] }>(didar, '/api/room/members-one/invites');
  expect(items).toEqual([]);
});

test('deleting a room asks, disconnects who is in it, and it is gone', async () => {
  await createRoom(didar, { name: 'gone-soon' });
  const ali = await attend(didar, 'gone-soon', { name: 'Ali' });
  inside.push(ali);
  const screen = await open('gone-soon');
  await screen.shows(/▸ gone-soon +1/);
  await screen.press('DC');
  await screen.shows('1 in a meeting there are disconnected.');
  await screen.press('Enter');
  await screen.hides('Delete gone-soon?');
  await screen.press('DC');
  await screen.shows('Delete gone-soon?');
  await screen.press('y');
  await screen.shows('gone-soon is deleted');
  await screen.hides('▸ gone-soon');
  await ali.client.until((state) => state.connection === 'disconnected', 'Ali to be out', 10_000);
  await eventually(
    async () => (await didar.api('/api/room/gone-soon', { token: undefined })).status !== 200,
    'the room to be gone',
  );
});

test('guests who really wait are picked inside the room, and who was refused is let in after all', async () => {
  await createRoom(didar, { name: 'door-one', approval: true });
  const screen = await open('door-one');
  const zahra = await knock('door-one', 'Zahra');
  const eve = await knock('door-one', 'Eve');
  await screen.shows('2 wait ·');
  await screen.shows(/▸ door-one .* 2 wait/);
  await screen.press('Enter');
  await screen.shows(/▸ Zahra .* waits[^\n]*\n[^\n]*Eve .* waits/);
  await screen.press('j', 'a');
  await screen.shows('Eve is let into door-one');
  await eve.until('admitted');
  await screen.press('d');
  await screen.shows('Zahra is kept out of door-one');
  await zahra.until('refused');
  await screen.hides('1 waits');
  await screen.press('D');
  await screen.shows('Zahra (refused by local)');
  await screen.press('Down', 'Enter');
  await screen.shows('Zahra may enter door-one after all');
});

test('real microphones are muted together, and those who are marked are out together', async () => {
  await createRoom(didar, { name: 'mics-one' });
  for (const name of ['Ali', 'Omid']) {
    const attendee = await attend(didar, 'mics-one', { name });
    inside.push(attendee);
    await attendee.client.publishMicrophone(440);
  }
  const screen = await open('mics-one');
  await screen.press('Enter');
  await screen.shows(/Ali .* on [^\n]*\n[^\n]*Omid .* on /);
  await screen.press('*');
  await screen.shows('2 marked');
  await screen.press('m');
  await screen.shows('muted 2 people; U takes it back');
  await screen.shows(/Ali .* muted [^\n]*\n[^\n]*Omid .* muted /);
  await screen.press('K');
  await screen.shows('Kick 2 people?');
  await screen.press('y');
  await screen.shows('2 people out of mics-one');
  for (const { client } of inside)
    await client.until((state) => state.connection === 'disconnected', 'both to be out', 10_000);
});
