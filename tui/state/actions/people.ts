import type { Participant } from '../../../src/modules/participants/model.ts';
import { clean } from '../../text/clean.ts';
import { TRACK_SOURCES_SHOWN } from '../../text/sources.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import type { Field, Values } from '../dialogs/form.ts';

type PeopleAction = 'mute' | 'unmute' | 'lock' | 'kick' | 'ban' | 'permissions';

export const people: Actions<PeopleAction> = {
  mute: onSelected((desk, person, name) =>
    desk.attempt(`muting ${name}`, async () => {
      await desk.api.mute(person, false);
      return `muted ${name}`;
    }),
  ),
  unmute: onSelected((desk, person, name) =>
    desk.attempt(`unmuting ${name}`, async () =>
      (await desk.api.unmute(person)) === 'done' ? `unmuted ${name}` : `asked ${name} to unmute`,
    ),
  ),
  lock: onSelected((desk, person, name) =>
    ask(
      desk,
      `Mute ${name} and lock the microphone?`,
      person,
      'Mute and lock',
      `locking ${name}`,
      async () => {
        await desk.api.mute(person, true);
        return `${name} is muted until you unlock with u`;
      },
    ),
  ),
  kick: onSelected((desk, person, name) =>
    ask(desk, `Kick ${name}?`, person, 'Kick', `kicking ${name}`, async () => {
      await desk.api.kick(person);
      return `${name} is out of ${person.room}, and kept out until let in again`;
    }),
  ),
  ban: onSelected((desk, person, name) =>
    ask(desk, `Ban ${name}?`, person, 'Ban', `banning ${name}`, async () => {
      await desk.api.ban(person);
      return `${name} is banned from ${person.room}`;
    }),
  ),
  permissions: onSelected((desk, person, name) => {
    const { publish, subscribe, data } = person.permissions;
    const fields: Field[] = [
      ...TRACK_SOURCES_SHOWN.map(
        ({ source, label }): Field => ({
          kind: 'check',
          id: source,
          label: `publish ${label}`,
          on: publish.includes(source),
        }),
      ),
      { kind: 'check', id: 'subscribe', label: 'see and hear the others', on: subscribe },
      { kind: 'check', id: 'data', label: 'send messages', on: data },
    ];
    desk.set({
      dialog: {
        kind: 'form',
        title: `Permissions of ${name} in ${person.room}`,
        fields,
        submitLabel: 'Save',
        cursor: 0,
        check: () => undefined,
        submit: (values) =>
          desk.attempt(`changing ${name}`, async () => {
            await desk.api.permit(person, permissionsFrom(values));
            return `${name} has the new permissions, now and at the next join`;
          }),
      },
    });
  }),
};

function permissionsFrom(values: Values) {
  return {
    publish: TRACK_SOURCES_SHOWN.map(({ source }) => source).filter((source) => values[source] === true),
    subscribe: values.subscribe === true,
    data: values.data === true,
  };
}

/** The participant is taken when the key is pressed: whoever is selected later has nothing to do with it. */
function onSelected(run: (desk: Desk, person: Participant, name: string) => void) {
  return (desk: Desk) => {
    const person = desk.context().participant;
    if (person) run(desk, person, clean(person.name || person.identity));
  };
}

function ask(
  desk: Desk,
  title: string,
  person: Participant,
  label: string,
  doing: string,
  work: () => Promise<string>,
): void {
  const lines = [`${person.identity} in ${person.room}`];
  desk.set({ dialog: confirm(title, lines, label, () => desk.attempt(doing, work)) });
}
