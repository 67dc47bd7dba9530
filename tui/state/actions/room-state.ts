import type { Room } from '../../../src/modules/rooms/model.ts';
import { doAll, whoOf } from '../batch.ts';
import type { Actions, Desk } from '../desk.ts';
import { letIn } from './let-in.ts';
import { change, onRooms, question, ROOMS } from './many-rooms.ts';

/** What stops or lets go on a room as a whole, or several of them. */
export const roomState: Actions<'closeRoom' | 'lockRoom' | 'muteAll' | 'letIn'> = {
  closeRoom: onRooms((desk, rooms) => {
    const closes = rooms.some(({ state }) => state === 'open');
    const those = rooms.filter(({ state }) => closes === (state === 'open'));
    const people = those.reduce((sum, room) => sum + room.participants, 0);
    const who = whoOf(those, ROOMS);
    const run = () =>
      closes
        ? change(desk, those, { state: 'closed' }, 'closing', 'closed', {
            what: 'the closing of',
            to: () => ({ state: 'open' }),
            said: 'open again',
          })
        : change(desk, those, { state: 'open' }, 'opening', 'open');
    desk.set({
      dialog: closes
        ? question(`Close ${who}?`, peopleLost(people), those, 'Close', run)
        : question(`Open ${who} again?`, 'People can join again.', those, 'Open', run),
    });
  }),
  lockRoom: onRooms((desk, rooms) => {
    const locks = rooms.some(({ locked }) => !locked);
    const those = rooms.filter(({ locked }) => locked !== locks);
    const [doing, said, undone] = locks
      ? (['locking', 'locked', 'unlocked'] as const)
      : (['unlocking', 'unlocked', 'locked'] as const);
    const run = () =>
      change(desk, those, { locked: locks }, doing, said, {
        what: locks ? 'the lock of' : 'the unlocking of',
        to: () => ({ locked: !locks }),
        said: undone,
      });
    // One room is locked at once, and unlocked as quickly.
    if (rooms.length === 1) return run();
    const title = `${locks ? 'Lock' : 'Unlock'} ${whoOf(those, ROOMS)}?`;
    const line = locks ? 'Nobody new gets in but moderators.' : 'People can join again.';
    desk.set({ dialog: question(title, line, those, locks ? 'Lock' : 'Unlock', run) });
  }),
  muteAll: onRooms((desk, rooms) => {
    const silent = rooms.some(maySpeak);
    const those = rooms.filter((room) => maySpeak(room) === silent);
    const who = whoOf(those, ROOMS);
    const [title, line, label] = silent
      ? ([
          `Mute everyone in ${who} and lock it so?`,
          'Nobody but moderators can speak, who comes later included.',
          'Mute all',
        ] as const)
      : ([`Let everyone in ${who} speak again?`, 'They are asked to unmute.', 'Let speak'] as const);
    const run = () =>
      desk.batch({
        ...ROOMS,
        doing: silent ? 'muting everyone in' : 'letting speak everyone in',
        items: those,
        work: (room) => silence(desk, room, silent),
        said: (them) => silenced(them, silent),
        undo: (them, done) => ({
          what: silent ? `the silence in ${them}` : `that everyone in ${them} may speak`,
          run: async () => {
            await doAll({ ...ROOMS, items: done, work: (room) => silence(desk, room, !silent) });
            return silenced(them, !silent);
          },
        }),
      });
    desk.set({ dialog: question(title, line, those, label, run) });
  }),
  letIn,
};

const maySpeak = ({ lowered }: Room): boolean => lowered === null || lowered.publish.includes('microphone');

async function silence(desk: Desk, { name }: Room, silent: boolean): Promise<void> {
  desk.world.putRoom(await desk.api.silence(name, silent));
}

function silenced(who: string, silent: boolean): string {
  return silent ? `everyone in ${who} is muted; A lets them speak again` : `everyone in ${who} may speak`;
}

function peopleLost(count: number): string {
  if (count === 0) return 'Nobody is in a meeting there. Nobody can join until it is opened again.';
  return count === 1
    ? 'The one person inside is disconnected.'
    : `The ${count} people inside are disconnected.`;
}
