import { type Comer, type Door, INVITE_ROLES, passage, roleAtDoor } from '../../../src/access/enter.ts';
import { ROOM_ROLES } from '../../../src/access/principal.ts';
import { table } from './markdown.ts';

const OPEN: Door = {
  access: 'public',
  guests: true,
  closed: false,
  locked: false,
  full: false,
  password: false,
  approval: false,
};
const COMERS: Readonly<Record<string, Comer>> = {
  guest: { kind: 'guest' },
  'user, no member': { kind: 'user' },
  attendee: { kind: 'user', memberRole: 'attendee' },
  moderator: { kind: 'user', memberRole: 'moderator' },
  owner: { kind: 'user', memberRole: 'owner' },
  admin: { kind: 'user', admin: true },
};
const DOORS = {
  open: {},
  locked: { locked: true },
  'with a password': { password: true },
  'with approval': { approval: true },
  full: { full: true },
  closed: { closed: true },
} as const;

type Answer = string | { readonly refusal: string };
const shown = (answer: Answer) => (typeof answer === 'string' ? answer : `\`${answer.refusal}\``);

/** As what someone comes in, by what the room is and what they are and bring. */
export function doorTable(): string {
  return table(
    ['room', 'who', 'comes as', ...INVITE_ROLES.map((role) => `invited as ${role}`)],
    (['public', 'members', 'private'] as const).flatMap((access) =>
      Object.entries(COMERS).map(([who, comer]) => [
        access,
        who,
        ...[undefined, ...INVITE_ROLES].map((invite) =>
          shown(roleAtDoor({ ...OPEN, access }, { ...comer, invite })),
        ),
      ]),
    ),
  );
}

/** Whether someone who has a role there passes the door as it is. */
export function passageTable(): string {
  const stranger = { denied: false, present: false, password: 'missing' } as const;
  return table(
    ['the door', ...ROOM_ROLES, 'who is in already', 'who is kept out'],
    Object.entries(DOORS).map(([name, change]) => {
      const door = { ...OPEN, ...change };
      return [
        name,
        ...ROOM_ROLES.map((role) => shown(passage(door, role, stranger))),
        shown(passage(door, 'guest', { ...stranger, present: true })),
        shown(passage(door, 'guest', { ...stranger, denied: true })),
      ];
    }),
  );
}
