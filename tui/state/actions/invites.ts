import type { Invite } from '../../../src/modules/invites/model.ts';
import { clean } from '../../text/clean.ts';
import { count, duration } from '../../text/time.ts';
import type { Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';

/** The invitations to the selected room; whichever is chosen can be revoked. */
export function invites(desk: Desk): void {
  const { room } = desk.context();
  if (room === undefined) return;
  const { name } = room;
  desk.attempt(`asking for the invitations to ${name}`, async () => {
    const all = await desk.api.invites(name);
    const text = `${count(all.length, 'invitation')} to ${name}`;
    if (desk.ui.dialog !== undefined) return text;
    desk.set({
      dialog: {
        kind: 'ask',
        title: `Invitations to ${name}`,
        lines: [],
        layout: 'column',
        cursor: 0,
        options: [
          { label: 'Make one …', run: () => desk.act('invite') },
          ...all.map((invite) => ({
            label: inviteText(invite, desk.now()),
            run: () => askToRevoke(desk, name, invite),
          })),
        ],
      },
    });
    return text;
  });
}

const STATES: Readonly<Record<Invite['state'], string>> = {
  open: '',
  used_up: ', used up',
  expired: ', over',
};

/** `as a guest, 3 of 10 came, for 6 d 4 h, by u_ali (i_4f)`. */
function inviteText({ id, role, uses, maxUses, state, expiresAt, createdBy }: Invite, now: number): string {
  const came = maxUses === null ? `${uses} came` : `${uses} of ${maxUses} came`;
  const left = expiresAt === null ? 'until revoked' : `for ${duration(Date.parse(expiresAt) - now)}`;
  const holds = state === 'open' ? `, ${left}` : STATES[state];
  return clean(`as ${role}, ${came}${holds}, by ${createdBy} (${id})`);
}

function askToRevoke(desk: Desk, room: string, { id, role, uses }: Invite): void {
  const run = () =>
    desk.attempt('revoking the invitation', async () => {
      await desk.api.revokeInvite(room, id);
      return `the invitation ${id} to ${room} is revoked`;
    });
  const lines = [`As ${role}; ${count(uses, 'person', 'people')} came by it, and stay.`, id];
  desk.set({ dialog: confirm('Revoke this invitation?', lines, 'Revoke', run) });
}
