import { ROOM_ROLES } from '../../../access/principal.ts';
import { roleSet } from '../../../access/roles.ts';
import { formatTable } from '../../lib/output.ts';

const yes = (is: boolean): string => (is ? 'yes' : '');

/** `didar help roles`. */
export function rolesTopic(): string {
  const rows = ROOM_ROLES.map((role) => ({ role, ...roleSet(role) }));
  const table = formatTable(
    [
      { title: 'role', value: ({ role }) => role },
      { title: 'publishes', value: ({ publish }) => yes(publish.length > 0) },
      { title: 'subscribes', value: ({ subscribe }) => yes(subscribe) },
      { title: 'data', value: ({ data }) => yes(data) },
      { title: 'moderates', value: ({ moderate }) => yes(moderate) },
      { title: 'records', value: ({ record }) => yes(record) },
      { title: 'invites', value: ({ invite }) => yes(invite) },
    ],
    rows,
  );
  return `ROLES

On the server somebody is a user or an admin, who may do everything. In a room
everyone has a role; in a new one:

${table
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}

A room changes the sets of moderators, attendees and guests; in force at once:
  didar room role standup attendee --publish microphone
  didar room member standup ada@example.org moderator
Who moderates sees who is in, mutes, kicks and bans, never anyone who ranks
above. Who is kicked or banned is out within a second and stays out with
whatever they hold, until "didar room admit". "didar room transfer" hands a
room over; its last owner can't be removed.

Who may join: a public room lets in everyone (guests too, unless auth.guests is
false), one for members their members and who is invited, a private one only
those, and nobody else sees it. A password, waiting for approval, and a lock
come on top.`;
}
