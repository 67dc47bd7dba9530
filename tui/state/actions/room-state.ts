import type { Denial, Room, RoomChange } from '../../../src/modules/rooms/model.ts';
import { clean } from '../../text/clean.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import type { Undo } from '../undo.ts';

/** What stops or lets go on a room as a whole. */
export const roomState: Actions<'closeRoom' | 'lockRoom' | 'muteAll' | 'letIn'> = {
  closeRoom(desk) {
    const room = desk.context().room;
    if (room === undefined) return;
    const { name } = room;
    const [title, line, label, doing] =
      room.state === 'closed'
        ? ([`Open ${name} again?`, 'People can join it again.', 'Open', open(desk, name)] as const)
        : ([`Close ${name}?`, peopleLost(room.participants), 'Close', close(desk, name)] as const);
    desk.set({ dialog: confirm(title, [line], label, doing) });
  },
  lockRoom(desk) {
    const room = desk.context().room;
    if (room === undefined) return;
    const { name, locked } = room;
    const set = (next: boolean) => change(desk, name, { locked: next }, next ? 'is locked' : 'is unlocked');
    desk.attempt(locked ? `unlocking ${name}` : `locking ${name}`, () => set(!locked), {
      what: locked ? `the unlocking of ${name}` : `the lock of ${name}`,
      run: () => set(locked),
    });
  },
  muteAll(desk) {
    const room = desk.context().room;
    if (room === undefined) return;
    const silent = room.lowered === null || room.lowered.publish.includes('microphone');
    const [title, why, label] = silent
      ? ([
          `Mute everyone in ${room.name} and lock it so?`,
          'Nobody but moderators can speak, who comes later included.',
          'Mute all',
        ] as const)
      : ([`Let everyone in ${room.name} speak again?`, 'They are asked to unmute.', 'Let speak'] as const);
    const run = () =>
      desk.attempt(`asking ${room.name}`, () => silence(desk, room, silent), {
        what: silent ? `the silence in ${room.name}` : `that everyone in ${room.name} may speak`,
        run: () => silence(desk, room, !silent),
      });
    desk.set({ dialog: confirm(title, [why], label, run) });
  },
  letIn(desk) {
    const room = desk.context().room;
    if (room === undefined) return;
    desk.attempt(`asking who is kept out of ${room.name}`, async () => {
      const denials = await desk.api.denials(room.name);
      if (denials.length === 0) return `nobody is kept out of ${room.name}`;
      askWhom(desk, room.name, denials);
      return `${denials.length} kept out of ${room.name}`;
    });
  },
};

async function change(desk: Desk, name: string, to: RoomChange, said: string): Promise<string> {
  desk.world.putRoom(await desk.api.changeRoom(name, to));
  return `${name} ${said}`;
}

function open(desk: Desk, name: string): () => void {
  return () => desk.attempt(`opening ${name}`, () => change(desk, name, { state: 'open' }, 'is open'));
}

function close(desk: Desk, name: string): () => void {
  const undo: Undo = {
    what: `the closing of ${name}`,
    run: () => change(desk, name, { state: 'open' }, 'is open again'),
  };
  return () =>
    desk.attempt(`closing ${name}`, () => change(desk, name, { state: 'closed' }, 'is closed'), undo);
}

async function silence(desk: Desk, { name }: Room, silent: boolean): Promise<string> {
  desk.world.putRoom(await desk.api.silence(name, silent));
  return silent ? `everyone in ${name} is muted; A lets them speak again` : `everyone in ${name} may speak`;
}

/** Those who are kept out; the first answer lets nobody in. */
function askWhom(desk: Desk, room: string, denials: readonly Denial[]): void {
  const nameOf = (denial: Denial) =>
    clean(denial.name || denial.identity || denial.address || 'an address nobody is known by');
  desk.set({
    dialog: {
      kind: 'ask',
      title: `Kept out of ${room}: let in again`,
      lines: [],
      layout: 'column',
      cursor: 0,
      options: [
        { label: 'Nobody' },
        ...denials.map((denial) => ({
          label: `${nameOf(denial)} (${denial.kind === 'ban' ? 'banned' : 'kicked'} by ${denial.createdBy})`,
          run: () =>
            desk.attempt(`letting ${nameOf(denial)} in again`, async () => {
              await desk.api.lift(room, denial.id);
              return `${nameOf(denial)} may enter ${room} again`;
            }),
        })),
      ],
    },
  });
}

function peopleLost(count: number): string {
  if (count === 0) return 'Nobody is in it. Nobody can join it until it is opened again.';
  return count === 1
    ? 'The one person in it is disconnected.'
    : `The ${count} people in it are disconnected.`;
}
