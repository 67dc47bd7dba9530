import type { Room } from '../../../src/modules/rooms/model.ts';
import { doAll, whoOf } from '../batch.ts';
import type { Desk } from '../desk.ts';
import { ROOMS } from './many-rooms.ts';
import { type MediaRights, mediaFields, mediaRightsBy, SOURCES } from './media-rights.ts';
import { showAgain } from './show-again.ts';

const EVERYTHING: MediaRights = { publish: SOURCES, subscribe: true, data: true };

/** What is left for now to everyone who doesn't moderate; all of it checked gives back what each had. */
export function everyone(desk: Desk, rooms: readonly Room[]): void {
  const who = whoOf(rooms, ROOMS);
  desk.set({
    dialog: {
      kind: 'form',
      title: `What everyone but moderators may do now in ${who}`,
      fields: mediaFields(rooms.map(leftIn)),
      submitLabel: 'Save',
      cursor: 0,
      check: () => undefined,
      submit: (values, form) =>
        desk.batch<Room>({
          ...ROOMS,
          doing: 'changing',
          items: rooms,
          work: (room) => leave(desk, room, mediaRightsBy(values, leftIn(room))),
          said: (them) => `everyone in ${them} may do what you left them, who comes later too`,
          undo: (them, done) => ({
            what: `what is left to everyone in ${them}`,
            run: async () => {
              await doAll({ ...ROOMS, items: done, work: (room) => leave(desk, room, leftIn(room)) });
              return `everyone in ${them} may do what they could before`;
            },
          }),
          failed: showAgain(desk, form),
        }),
    },
  });
}

const leftIn = ({ lowered }: Room): MediaRights => lowered ?? EVERYTHING;

async function leave(desk: Desk, { name }: Room, { publish, subscribe, data }: MediaRights): Promise<void> {
  const isAll = publish.length === SOURCES.length && subscribe && data;
  desk.world.putRoom(
    isAll
      ? await desk.api.restore(name)
      : await desk.api.lower(name, { publish: [...publish], subscribe, data }),
  );
}
