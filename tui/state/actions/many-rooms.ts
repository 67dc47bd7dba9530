import type { Room, RoomChange } from '../../../src/modules/rooms/model.ts';
import { are, doAll } from '../batch.ts';
import type { Desk } from '../desk.ts';
import { type AskDialog, confirm, confirmAll } from '../dialogs/ask.ts';

/** How rooms are called in what is said of them. */
export const ROOMS = { nameOf: (room: Room) => room.name, unit: 'rooms' };

/** They are taken when the key is pressed: whichever is selected or marked later has nothing to do with it. */
export function onRooms(run: (desk: Desk, rooms: readonly Room[]) => void) {
  return (desk: Desk) => {
    const { rooms } = desk.context();
    if (rooms.length > 0) run(desk, rooms);
  };
}

/** Asks about one room, or once about several, which it names. */
export function question(
  title: string,
  line: string,
  rooms: readonly Room[],
  label: string,
  run: () => void,
): AskDialog {
  if (rooms.length === 1) return confirm(title, [line], label, run);
  const dialog = confirmAll(title, rooms.map(ROOMS.nameOf), [{ label, run }]);
  return { ...dialog, lines: [line] };
}

export interface ChangeBack {
  /** What is taken back, before whose it is: `the lock of`. */
  readonly what: string;
  readonly to: (before: Room) => RoomChange;
  /** What they are then: `open again`. */
  readonly said: string;
}

/** Changes all of them alike; `said` is what they are then. */
export function change(
  desk: Desk,
  rooms: readonly Room[],
  to: RoomChange,
  doing: string,
  said: string,
  back?: ChangeBack,
): void {
  const set = async (room: Room, next: RoomChange) =>
    desk.world.putRoom(await desk.api.changeRoom(room.name, next));
  const sentence = (who: string, done: readonly Room[], what: string) => `${who} ${are(done)} ${what}`;
  desk.batch<Room>({
    ...ROOMS,
    doing,
    items: rooms,
    work: (room) => set(room, to),
    said: (who, done) => sentence(who, done, said),
    ...(back && {
      undo: (who, done) => ({
        what: `${back.what} ${who}`,
        run: async () => {
          await doAll({ ...ROOMS, items: done, work: (room) => set(room, back.to(room)) });
          return sentence(who, done, back.said);
        },
      }),
    }),
  });
}
