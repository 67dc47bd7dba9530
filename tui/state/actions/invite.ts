import type { InviteCreate } from '../../../src/modules/invites/model.ts';
import type { Desk } from '../desk.ts';
import { textField, type Values } from '../dialogs/form.ts';

const ROLES = [
  { value: 'guest', label: 'a guest' },
  { value: 'attendee', label: 'an attendee; a member, with an account' },
  { value: 'moderator', label: 'a moderator' },
] as const;
const DAY_S = 86_400;
const LIVES = [
  { value: String(7 * DAY_S), label: 'a week' },
  { value: String(DAY_S), label: 'a day' },
  { value: '', label: 'until it is revoked' },
] as const;
const MOST_USES = 100_000;

/** Asks what kind of invitation it is to be, makes it, and shows its link, which is there only once. */
export function invite(desk: Desk): void {
  const room = desk.context().room;
  if (room === undefined) return;
  desk.set({
    dialog: {
      kind: 'form',
      title: `Invitation to ${room.name}`,
      fields: [
        { kind: 'choice', id: 'role', label: 'they come as', choices: ROLES, at: 0 },
        textField('maxUses', 'people', 'how many may come by it; any number when empty'),
        { kind: 'choice', id: 'expiresIn', label: 'holds for', choices: LIVES, at: 0 },
      ],
      submitLabel: 'Make invitation',
      cursor: 0,
      check: checkInvite,
      submit: (values) =>
        desk.attempt('making the invitation', async () => {
          const { link } = await desk.api.invite(room.name, inviteFrom(values));
          showLink(desk, room.name, link);
          return `invitation to ${room.name} made; revoke it with didar room invite revoke`;
        }),
    },
  });
}

function checkInvite({ maxUses }: Values): string | undefined {
  const uses = Number(maxUses);
  if (maxUses === '' || (Number.isInteger(uses) && uses >= 1 && uses <= MOST_USES)) return undefined;
  return `people: a whole number from 1 to ${MOST_USES}`;
}

function inviteFrom({ role, maxUses, expiresIn }: Values): InviteCreate {
  return {
    role: role as InviteCreate['role'],
    maxUses: maxUses === '' ? null : Number(maxUses),
    expiresIn: expiresIn === '' ? null : Number(expiresIn),
  };
}

function showLink(desk: Desk, name: string, link: string): void {
  const copy = () => desk.host.copy(link);
  copy();
  desk.set({
    dialog: {
      kind: 'link',
      title: `Invitation to ${name}`,
      link,
      lines: [{ text: 'It is not shown again.', tone: 'quiet' }],
      copy,
      isCopied: true,
    },
  });
}
