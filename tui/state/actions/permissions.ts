import type { Participant } from '../../../src/modules/participants/model.ts';
import { TRACK_SOURCES_SHOWN } from '../../text/sources.ts';
import { doAll, have, whoOf } from '../batch.ts';
import type { Desk } from '../desk.ts';
import { chosenSwitch, type Field, switchField, type Values } from '../dialogs/form.ts';
import { PEOPLE, whereOf } from './many-people.ts';

type Allowed = Pick<Participant['permissions'], 'publish' | 'subscribe' | 'data'>;

/** One form for all of them: what they may is checked or not, or left to each as it is where they differ. */
export function permissions(desk: Desk, all: readonly Participant[]): void {
  const who = whoOf(all, PEOPLE);
  const before = new Map(all.map((person) => [person, allowed(person.permissions)]));
  const of = (has: (each: Allowed) => boolean) => all.map((person) => has(person.permissions));
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
      title: `Permissions of ${who} in ${whereOf(all)}`,
      fields,
      submitLabel: 'Save',
      cursor: 0,
      check: () => undefined,
      submit: (values) =>
        desk.batch({
          ...PEOPLE,
          doing: 'changing',
          items: all,
          work: (person) => desk.api.permit(person, allowedBy(values, allowed(person.permissions))),
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

function allowedBy(values: Values, before: Allowed): Allowed {
  const may = (source: (typeof TRACK_SOURCES_SHOWN)[number]['source']) =>
    chosenSwitch(values[source]) ?? before.publish.includes(source);
  return {
    publish: TRACK_SOURCES_SHOWN.map(({ source }) => source).filter(may),
    subscribe: chosenSwitch(values.subscribe) ?? before.subscribe,
    data: chosenSwitch(values.data) ?? before.data,
  };
}
