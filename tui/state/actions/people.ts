import type { Participant } from '../../../src/modules/participants/model.ts';
import { ApiError, textOf } from '../../api/error.ts';
import { clean } from '../../text/clean.ts';
import { TRACK_SOURCES_SHOWN } from '../../text/sources.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import type { Field, Values } from '../dialogs/form.ts';
import type { Undo } from '../undo.ts';

/** Names that a question lists before it only counts. */
const NAMED_AT_MOST = 6;

type PeopleAction = 'mark' | 'mute' | 'unmute' | 'lock' | 'kick' | 'ban' | 'permissions';

export const people: Actions<PeopleAction> = {
  mark(desk) {
    const person = desk.context().participant;
    if (person === undefined) return;
    desk.lists.marks.toggle(person);
    desk.list()?.move(1);
  },
  mute: onTargets((desk, { all, who }) =>
    desk.attempt(
      `muting ${who}`,
      async () => {
        await each(all, (person) => desk.api.mute(person, false));
        return `muted ${who}`;
      },
      { what: `the mute of ${who}`, run: () => unmute(desk, all, who) },
    ),
  ),
  unmute: onTargets((desk, { all, who }) => desk.attempt(`unmuting ${who}`, () => unmute(desk, all, who))),
  lock: onTargets((desk, targets) =>
    ask(desk, targets, {
      title: `Mute ${targets.who} and lock the microphone?`,
      label: 'Mute and lock',
      doing: 'locking',
      work: (person) => desk.api.mute(person, true),
      done: `${targets.who} muted until you unlock with u`,
      undo: { what: `the lock of ${targets.who}`, run: () => unmute(desk, targets.all, targets.who) },
    }),
  ),
  kick: onTargets((desk, targets) =>
    ask(desk, targets, {
      title: `Kick ${targets.who}?`,
      label: 'Kick',
      doing: 'kicking',
      work: desk.api.kick,
      done: `${targets.who} out of ${targets.where}, and kept out until let in again`,
      undo: letInAgain(desk, 'kick', targets),
    }),
  ),
  ban: onTargets((desk, targets) =>
    ask(desk, targets, {
      title: `Ban ${targets.who}?`,
      label: 'Ban',
      doing: 'banning',
      work: desk.api.ban,
      done: `${targets.who} banned from ${targets.where}`,
      undo: letInAgain(desk, 'ban', targets),
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
          desk.attempt(
            `changing ${name}`,
            async () => {
              await desk.api.permit(person, permissionsFrom(values));
              return `${name} has the new permissions, now and at the next join`;
            },
            {
              what: `the permissions of ${name}`,
              run: async () => {
                await desk.api.permit(person, { publish, subscribe, data });
                return `${name} has the permissions of before`;
              },
            },
          ),
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
    if (person) run(desk, person, nameOf(person));
  };
}

/** Whom an action is about, and how they are called together. */
interface Targets {
  readonly all: readonly Participant[];
  readonly who: string;
  readonly where: string;
}

/** Those who are marked, else the selected one; taken when the key is pressed. */
function onTargets(run: (desk: Desk, targets: Targets) => void) {
  return (desk: Desk) => {
    const marked = desk.lists.marks.items();
    const selected = desk.context().participant;
    const all = marked.length > 0 ? marked : selected ? [selected] : [];
    const [first] = all;
    if (first === undefined) return;
    const rooms = new Set(all.map((person) => person.room));
    const who = all.length === 1 ? nameOf(first) : `${all.length} people`;
    run(desk, { all, who, where: rooms.size === 1 ? first.room : `${rooms.size} rooms` });
  };
}

interface Question {
  readonly title: string;
  readonly label: string;
  readonly doing: string;
  readonly work: (person: Participant) => Promise<void>;
  readonly done: string;
  readonly undo: Undo;
}

/** One question that names everybody whom it is about. */
function ask(desk: Desk, { all, who }: Targets, question: Question): void {
  const lines = all
    .slice(0, NAMED_AT_MOST)
    .map((person) =>
      all.length === 1
        ? `${person.identity} in ${person.room}`
        : `${nameOf(person)} (${person.identity}) in ${person.room}`,
    );
  if (all.length > NAMED_AT_MOST) lines.push(`and ${all.length - NAMED_AT_MOST} more`);
  const work = async () => {
    await each(all, question.work);
    return question.done;
  };
  const run = () => desk.attempt(`${question.doing} ${who}`, work, question.undo);
  desk.set({ dialog: confirm(question.title, lines, question.label, run) });
}

async function unmute(desk: Desk, all: readonly Participant[], who: string): Promise<string> {
  const states = await each(all, (person) => desk.api.unmute(person));
  return states.every((state) => state === 'done') ? `unmuted ${who}` : `asked ${who} to unmute`;
}

/** Whoever is out stays out, but is no longer kept out. */
function letInAgain(desk: Desk, what: 'kick' | 'ban', { all, who, where }: Targets): Undo {
  return {
    what: `the ${what} of ${who}`,
    run: async () => {
      await each(all, (person) => lift(desk, person));
      return `${who} may enter ${where} again`;
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

/** Does it for all of them, whatever becomes of the others; throws what the first one failed with. */
async function each<T>(all: readonly Participant[], work: (person: Participant) => Promise<T>): Promise<T[]> {
  const results = await Promise.allSettled(all.map(work));
  const failed = results.filter((result) => result.status === 'rejected');
  const [first] = failed;
  if (first && all.length === 1) throw first.reason;
  if (first) throw new Error(`${failed.length} of ${all.length} failed: ${textOf(first.reason)}`);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

const nameOf = (person: Participant): string => clean(person.name || person.identity);
