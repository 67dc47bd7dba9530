import type { Waiting } from '../../../src/modules/waiting/model.ts';
import { are, doAll, whoOf } from '../batch.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirmAll } from '../dialogs/ask.ts';
import { waitingFor } from '../waiting.ts';
import { PEOPLE, whereOf } from './many-people.ts';

export const waiting: Actions<'admit' | 'admitAll' | 'refuse'> = {
  admit: (desk) => admit(desk, desk.context().waiters),
  admitAll(desk) {
    const { rooms, view } = desk.context();
    const all =
      view === 'participants'
        ? waitingFor(desk.world)
        : rooms.flatMap(({ name }) => waitingFor(desk.world, name));
    admit(desk, all);
  },
  refuse(desk) {
    const all = desk.context().waiters;
    const run = () =>
      desk.batch({
        ...PEOPLE,
        doing: 'refusing',
        items: all,
        work: desk.api.refuse,
        said: (who, done) => `${who} ${are(done)} kept out of ${whereOf(done)}`,
        undo: (who, done) => ({
          what: `the refusal of ${who}`,
          run: async () => {
            await doAll({ ...PEOPLE, items: done, work: desk.api.admit });
            return `${who} may enter ${whereOf(done)} after all`;
          },
        }),
      });
    decide(desk, all, `Keep out ${whoOf(all, PEOPLE)}?`, 'Keep out', run);
  },
};

function admit(desk: Desk, all: readonly Waiting[]): void {
  const run = () =>
    desk.batch({
      ...PEOPLE,
      doing: 'letting in',
      items: all,
      work: desk.api.admit,
      said: (who, done) => `${who} ${are(done)} let into ${whereOf(done)}`,
    });
  decide(desk, all, `Let in ${whoOf(all, PEOPLE)}?`, 'Let in', run);
}

/** About one at once: somebody waits. About several after one look at who they are. */
function decide(desk: Desk, all: readonly Waiting[], title: string, label: string, run: () => void): void {
  if (all.length === 0) return;
  if (all.length === 1) {
    run();
    return;
  }
  const names = all.map((someone) => `${PEOPLE.nameOf(someone)} (${someone.identity}) for ${someone.room}`);
  desk.set({ dialog: confirmAll(title, names, [{ label, run }]) });
}
