import type { User } from '../../../src/modules/auth/model.ts';
import type { Member } from '../../../src/modules/rooms/model.ts';
import { ApiError } from '../../api/error.ts';
import { clean } from '../../text/clean.ts';
import { fold } from '../../text/fold.ts';
import { count } from '../../text/time.ts';
import type { Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import { type FormDialog, textField } from '../dialogs/form.ts';
import { showAgain } from './show-again.ts';

const ROLES = [
  { value: 'attendee', label: 'an attendee' },
  { value: 'moderator', label: 'a moderator' },
  { value: 'owner', label: 'an owner' },
] as const;

type Role = Member['role'];
type Account = Pick<User, 'id' | 'name' | 'email'>;

const nameOf = ({ name, email }: Account) => clean(name ? `${name} (${email})` : email);

/** Who is a member of the selected room, to add one, to change one's role or to take one out. */
export function members(desk: Desk): void {
  const { room } = desk.context();
  if (room === undefined) return;
  const { name } = room;
  desk.attempt(`asking who is a member of ${name}`, async () => {
    const all = await desk.api.members(name);
    const text = `${count(all.length, 'member')} of ${name}`;
    if (desk.ui.dialog !== undefined) return text;
    desk.set({
      dialog: {
        kind: 'ask',
        title: `Members of ${name}`,
        lines: [],
        layout: 'column',
        cursor: 0,
        options: [
          { label: 'Add somebody …', run: () => desk.set({ dialog: addForm(desk, name) }) },
          ...all.map((member) => ({
            label: `${nameOf(member.user)}: ${member.role}`,
            run: () => askAbout(desk, name, member),
          })),
        ],
      },
    });
    return text;
  });
}

function addForm(desk: Desk, room: string): FormDialog {
  return {
    kind: 'form',
    title: `New member of ${room}`,
    fields: [
      textField('who', 'who', 'e-mail, name or id of an account'),
      { kind: 'choice', id: 'role', label: 'becomes', choices: ROLES, at: 0 },
    ],
    submitLabel: 'Add',
    cursor: 0,
    check: ({ who }) => (who === '' ? { field: 'who', text: 'who: an e-mail, a name or an id' } : undefined),
    submit: ({ who, role }, form) =>
      desk.attempt(
        `looking for ${who}`,
        async () => {
          const found = await find(desk, String(who));
          const [one, ...others] = found;
          if (one === undefined) throw new ApiError('user_not_found', `no account is called ${who}`, 404);
          if (others.length === 0) return set(desk, room, one, role as Role);
          askWhich(desk, room, found, role as Role);
          return `${found.length} accounts are called ${who}`;
        },
        undefined,
        showAgain(desk, form),
      ),
  };
}

/** Accounts by what somebody would call them. An id needs no right to see accounts. */
async function find(desk: Desk, who: string): Promise<Account[]> {
  if (/^u_\w+$/.test(who)) return [{ id: who, name: '', email: who }];
  if (who.includes('@')) return desk.api.users(who);
  const wanted = fold(who);
  return (await desk.api.users()).filter((user) => fold(`${user.name} ${user.email}`).includes(wanted));
}

function askWhich(desk: Desk, room: string, found: readonly Account[], role: Role): void {
  desk.set({
    dialog: {
      kind: 'ask',
      title: `Who becomes a member of ${room}?`,
      lines: [],
      layout: 'column',
      cursor: 0,
      options: [
        { label: 'Nobody' },
        ...found.map((user) => ({
          label: nameOf(user),
          run: () => desk.attempt(`adding ${nameOf(user)}`, () => set(desk, room, user, role)),
        })),
      ],
    },
  });
}

async function set(desk: Desk, room: string, user: Account, role: Role): Promise<string> {
  const member = await desk.api.setMember(room, user.id, role);
  return `${nameOf(member.user)} is ${role} of ${room}`;
}

function askAbout(desk: Desk, room: string, { user, role }: Member): void {
  const who = nameOf(user);
  const become = (to: Role) => () =>
    desk.attempt(`changing ${who}`, () => set(desk, room, user, to), {
      what: `the new role of ${who}`,
      run: () => set(desk, room, user, role),
    });
  const handOver = () =>
    desk.attempt(`handing ${room} over`, async () => {
      await desk.api.transfer(room, user.id);
      return `${who} owns ${room}; who did is a moderator now`;
    });
  const remove = () =>
    desk.attempt(
      `taking ${who} out of ${room}`,
      async () => {
        await desk.api.removeMember(room, user.id);
        return `${who} is no member of ${room} any more`;
      },
      { what: `that ${who} is no member`, run: () => set(desk, room, user, role) },
    );
  const ask = (title: string, line: string, label: string, run: () => void) => () =>
    desk.set({ dialog: confirm(title, [line], label, run) });
  desk.set({
    dialog: {
      kind: 'ask',
      title: `${who}, ${role} of ${room}`,
      lines: [],
      layout: 'column',
      cursor: 0,
      options: [
        { label: 'Leave it so' },
        ...ROLES.filter(({ value }) => value !== role).map(({ value, label }) => ({
          label: `Make ${label}`,
          run: become(value),
        })),
        {
          label: 'Hand the room over …',
          run: ask(
            `Hand ${room} over to ${who}?`,
            'Whoever owns it becomes a moderator.',
            'Hand over',
            handOver,
          ),
        },
        {
          label: 'No member any more …',
          run: ask(
            `Take ${who} out of ${room}?`,
            'Where only members may be, they are put out.',
            'Take out',
            remove,
          ),
        },
      ],
    },
  });
}
