import type { Participant } from '../../../src/modules/participants/model.ts';
import { doAll, have, whoOf } from '../batch.ts';
import type { Desk } from '../desk.ts';
import { PEOPLE, whereOf } from './many-people.ts';
import { mediaFields, mediaRightsBy } from './media-rights.ts';

type Allowed = Pick<Participant['permissions'], 'publish' | 'subscribe' | 'data'>;

/** One form for all of them: what they may is checked or not, or left to each as it is where they differ. */
export function permissions(desk: Desk, all: readonly Participant[]): void {
  const who = whoOf(all, PEOPLE);
  const before = new Map(all.map((person) => [person, allowed(person.permissions)]));
  desk.set({
    dialog: {
      kind: 'form',
      title: `Permissions of ${who} in ${whereOf(all)}`,
      fields: mediaFields(all.map((person) => person.permissions)),
      submitLabel: 'Save',
      cursor: 0,
      check: () => undefined,
      submit: (values) =>
        desk.batch({
          ...PEOPLE,
          doing: 'changing',
          items: all,
          work: (person) => desk.api.permit(person, mediaRightsBy(values, allowed(person.permissions))),
          said: (them, done) => `${them} ${have(done)} the new permissions, now and at the next join`,
          undo: (them, done) => ({
            what: `the permissions of ${them}`,
            run: async () => {
              const work = (person: Participant) => desk.api.permit(person, before.get(person) ?? {});
              await doAll({ ...PEOPLE, items: done, work });
              return `${them} ${have(done)} the permissions of before`;
            },
          }),
        }),
    },
  });
}

function allowed({ publish, subscribe, data }: Allowed): Allowed {
  return { publish, subscribe, data };
}
