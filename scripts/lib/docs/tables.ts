import { type Comer, INVITE_ROLES, roleAtDoor } from '../../../src/access/enter.ts';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { ALL_KEYS } from '../../../src/config/keys.ts';
import { shownDefault } from '../../../src/config/shown-default.ts';
import { BINDINGS, keyLabel } from '../../../tui/keys/table.ts';
import { VIEWS, type ViewName } from '../../../tui/state/view.ts';
import { table } from './markdown.ts';

/** The parts of the README that are made from the program's own tables, by the name of their marker. */
export function readmeTables(): Readonly<Record<string, string>> {
  return {
    commands: commandTable(),
    configuration: configTable(),
    joining: joiningTable(),
    keys: keyTable(),
  };
}

function commandTable(): string {
  const shown = COMMANDS.filter(({ hidden }) => !hidden);
  return table(
    ['command', 'what it does'],
    shown.map(({ name, summary }) => [`\`didar ${name}\``, summary]),
  );
}

/** As what people come in, as the server decides it. */
function joiningTable(): string {
  const rooms = [
    ['public', 'a public room'],
    ['members', 'a room for members'],
    ['private', 'a private room'],
  ] as const;
  const people: readonly (readonly [string, Comer])[] = [
    ['has no account', { kind: 'guest' }],
    ['has an account', { kind: 'user' }],
  ];
  const door = { guests: true, closed: false, locked: false, full: false, password: false, approval: false };
  const comesAs = (access: (typeof rooms)[number][0], comer: Comer): string => {
    const role = roleAtDoor({ ...door, access }, comer);
    return typeof role === 'string' ? role : 'stays out';
  };
  return table(
    ['who comes to', '', 'without an invitation', ...INVITE_ROLES.map((role) => `invited as ${role}`)],
    rooms.flatMap(([access, room]) =>
      people.map(([who, comer]) => [
        room,
        who,
        comesAs(access, comer),
        ...INVITE_ROLES.map((invite) => comesAs(access, { ...comer, invite })),
      ]),
    ),
  );
}

function keyTable(): string {
  return table(
    ['keys', 'where', 'what they do'],
    BINDINGS.map(({ keys, only, description }) => [
      keys.map((key) => `\`${keyLabel(key)}\``).join(' '),
      only?.map(placeName).join(', ') ?? '',
      description,
    ]),
  );
}

function placeName(view: ViewName): string {
  return VIEWS.find(({ name }) => name === view)?.title ?? `inside a ${view}`;
}

function configTable(): string {
  return table(
    ['key', 'default', 'meaning'],
    ALL_KEYS.map((key) => [`\`${key.name}\``, shownDefault(key), key.doc]),
  );
}
