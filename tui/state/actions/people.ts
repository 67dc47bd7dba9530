import type { Participant } from '../../../src/modules/participants/model.ts';
import { ApiError } from '../../api/error.ts';
import { nameOf } from '../../text/name.ts';
import { doAll, whoOf } from '../batch.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirmAll, type Option } from '../dialogs/ask.ts';
import type { Undo } from '../undo.ts';
import { onPeople, PEOPLE, whereOf } from './many-people.ts';
import { permissions } from './permissions.ts';

type PeopleAction = 'mute' | 'unmute' | 'lock' | 'kick' | 'ban' | 'permissions';

export const people: Actions<PeopleAction> = {
  mute: onPeople((desk, all) =>
    desk.batch({
      ...PEOPLE,
      doing: 'muting',
      items: all,
      work: (person) => desk.api.mute(person, false),
      said: (who) => `muted ${who}`,
      undo: (who, done) => ({ what: `the mute of ${who}`, run: () => unmuteAgain(desk, done) }),
    }),
  ),
  unmute: onPeople(unmute),
  lock: onPeople((desk, all) => {
    const who = whoOf(all, PEOPLE);
    const run = () =>
      desk.batch({
        ...PEOPLE,
        doing: 'locking',
        items: all,
        work: (person) => desk.api.mute(person, true),
        said: (them) => `${them} muted until you unlock with u`,
        undo: (them, done) => ({ what: `the lock of ${them}`, run: () => unmuteAgain(desk, done) }),
      });
    ask(desk, all, `Mute ${who} and lock the microphone?`, [{ label: 'Mute and lock', run }]);
  }),
  kick: onPeople((desk, all) => {
    const run = () =>
      desk.batch({
        ...PEOPLE,
        doing: 'kicking',
        items: all,
        work: desk.api.kick,
        said: (who, done) => `${who} out of ${whereOf(done)}, and kept out until let in again`,
        undo: (who, done) => letInAgain(desk, 'kick', who, done),
      });
    ask(desk, all, `Kick ${whoOf(all, PEOPLE)}?`, [{ label: 'Kick', run }]);
  }),
  ban: onPeople((desk, all) => {
    const run = (address: boolean) => () =>
      desk.batch({
        ...PEOPLE,
        doing: 'banning',
        items: all,
        work: (person) => desk.api.ban(person, address),
        said: (who, done) => `${who} banned from ${whereOf(done)}`,
        undo: (who, done) => letInAgain(desk, 'ban', who, done),
      });
    ask(desk, all, `Ban ${whoOf(all, PEOPLE)}?`, [
      { label: 'Ban', run: run(false) },
      { label: 'Ban, their address for a day too', run: run(true), key: 'a' },
    ]);
  }),
  permissions: onPeople(permissions),
};

/** One question that names everybody whom it is about. */
function ask(desk: Desk, all: readonly Participant[], title: string, options: readonly Option[]): void {
  const line = (person: Participant) =>
    all.length === 1
      ? `${person.identity} in ${person.room}`
      : `${nameOf(person)} (${person.identity}) in ${person.room}`;
  desk.set({ dialog: confirmAll(title, all.map(line), options) });
}

function unmute(desk: Desk, all: readonly Participant[]): void {
  desk.batch({ ...PEOPLE, ...unmuting(desk), doing: 'unmuting', items: all });
}

async function unmuteAgain(desk: Desk, all: readonly Participant[]): Promise<string> {
  const { work, said } = unmuting(desk);
  await doAll({ ...PEOPLE, items: all, work });
  return said(whoOf(all, PEOPLE));
}

/** Where the room does not let the server unmute, the participants are asked to. */
function unmuting(desk: Desk) {
  let asked = 0;
  return {
    work: async (person: Participant) => {
      if ((await desk.api.unmute(person)) === 'requested') asked += 1;
    },
    said: (who: string) => (asked === 0 ? `unmuted ${who}` : `asked ${who} to unmute`),
  };
}

/** Whoever is out stays out, but is no longer kept out. */
function letInAgain(desk: Desk, what: 'kick' | 'ban', who: string, all: readonly Participant[]): Undo {
  return {
    what: `the ${what} of ${who}`,
    run: async () => {
      await doAll({ ...PEOPLE, items: all, work: (person) => lift(desk, person) });
      return `${who} may enter ${whereOf(all)} again`;
    },
  };
}

async function lift(desk: Desk, { room, identity }: Participant): Promise<void> {
  const denials = await desk.api.denials(room);
  for (const { id } of denials.filter((denial) => denial.identity === identity)) {
    // An address goes with its identity: the second of the two may be lifted already.
    await desk.api.lift(room, id).catch(unlessGone);
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError && error.status === 404)) throw error;
}
