import type { Room } from '../../../src/modules/rooms/model.ts';
import { TRACK_SOURCES_SHOWN } from '../../text/sources.ts';
import { doAll, whoOf } from '../batch.ts';
import type { Desk } from '../desk.ts';
import { chosenSwitch, type Field, switchField, type Values } from '../dialogs/form.ts';
import { ROOMS } from './many-rooms.ts';
import { showAgain } from './show-again.ts';

type Left = Pick<NonNullable<Room['lowered']>, 'publish' | 'subscribe' | 'data'>;

const SOURCES = TRACK_SOURCES_SHOWN.map(({ source }) => source);
const EVERYTHING: Left = { publish: SOURCES, subscribe: true, data: true };

/** What is left for now to everyone who doesn't moderate; all of it checked gives back what each had. */
export function everyone(desk: Desk, rooms: readonly Room[]): void {
  const who = whoOf(rooms, ROOMS);
  const of = (has: (left: Left) => boolean) => rooms.map((room) => has(leftIn(room)));
  const fields: Field[] = [
    ...TRACK_SOURCES_SHOWN.map(({ source, label }) =>
      switchField(
        source,
        `publish ${label}`,
        of(({ publish }) => publish.includes(source)),
      ),
    ),
    switchField(
      'subscribe',
      'see and hear the others',
      of(({ subscribe }) => subscribe),
    ),
    switchField(
      'data',
      'send messages',
      of(({ data }) => data),
    ),
  ];
  desk.set({
    dialog: {
      kind: 'form',
      title: `What everyone but moderators may do now in ${who}`,
      fields,
      submitLabel: 'Save',
      cursor: 0,
      check: () => undefined,
      submit: (values, form) =>
        desk.batch<Room>({
          ...ROOMS,
          doing: 'changing',
          items: rooms,
          work: (room) => leave(desk, room, leftBy(values, leftIn(room))),
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

const leftIn = ({ lowered }: Room): Left => lowered ?? EVERYTHING;

function leftBy(values: Values, before: Left): Left {
  return {
    publish: SOURCES.filter((source) => chosenSwitch(values[source]) ?? before.publish.includes(source)),
    subscribe: chosenSwitch(values.subscribe) ?? before.subscribe,
    data: chosenSwitch(values.data) ?? before.data,
  };
}

async function leave(desk: Desk, { name }: Room, { publish, subscribe, data }: Left): Promise<void> {
  const isAll = publish.length === SOURCES.length && subscribe && data;
  desk.world.putRoom(
    isAll
      ? await desk.api.restore(name)
      : await desk.api.lower(name, { publish: [...publish], subscribe, data }),
  );
}
