import type { Command } from 'commander';
import { ROOM_ROLES, type RoomRole } from '../../access/principal.ts';
import { CHANGEABLE_ROLES } from '../../access/roles.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Room } from '../../modules/rooms/model.ts';
import { addClientOptions, type ClientOptions, clientFor } from '../lib/client-options.ts';
import { printJson, printTable } from '../lib/output.ts';
import { path } from './life.ts';
import {
  addPermissionOptions,
  type PermissionOptions,
  permissionsOf,
  someOf,
  yesOrNo,
} from './permissions.ts';

interface RoleOptions extends ClientOptions, PermissionOptions {
  readonly moderate?: string;
  readonly record?: string;
  readonly invite?: string;
}

/** `roles`: what each role may do in a room, and `role`: changing one. */
export function addRoomRoles(room: Command): void {
  addClientOptions(room.command('roles').argument('<room>'))
    .description('Shows what each role may do in a room.')
    .action(async (name: string, options: ClientOptions) => {
      const { roles } = await (await clientFor(options)).request<Room>('GET', path(name));
      printRoles(roles, options);
    });

  addPermissionOptions(addClientOptions(room.command('role').argument('<room>').argument('<role>')))
    .description('Changes what a role may do in a room, for those who are in it and who come later.')
    .option('--moderate <yes|no>', 'may mute, kick, ban, admit, and keep the members')
    .option('--record <yes|no>', 'may record')
    .option('--invite <yes|no>', 'may invite')
    .action(async (name: string, role: string, options: RoleOptions) => {
      const changed = CHANGEABLE_ROLES.find((each) => each === role);
      if (!changed) {
        throw new DomainError('usage', `"${role}" is no role that can be changed.`, {
          fix: `Give one of ${CHANGEABLE_ROLES.join(', ')}; owners may do everything, always.`,
        });
      }
      const change = someOf({
        ...permissionsOf(options),
        moderate: yesOrNo('--moderate', options.moderate),
        record: yesOrNo('--record', options.record),
        invite: yesOrNo('--invite', options.invite),
      });
      if (changed === 'guest' && (change.moderate || change.record || change.invite)) {
        throw new DomainError(
          'usage',
          'Guests have no account by which they could moderate, record or invite.',
          {
            fix: 'Make the person a member: didar room member.',
          },
        );
      }
      const client = await clientFor(options);
      const body = { roles: { [changed]: change } };
      printRoles((await client.request<Room>('PATCH', path(name), body)).roles, options);
    });
}

function printRoles(roles: Room['roles'], options: ClientOptions): void {
  if (options.json) {
    printJson(roles);
    return;
  }
  const shown = (yes: boolean) => (yes ? 'yes' : 'no');
  printTable<RoomRole>(
    [
      { title: 'role', value: (role) => role },
      { title: 'publishes', value: (role) => roles[role].publish.join(' ') || 'nothing' },
      { title: 'subscribes', value: (role) => shown(roles[role].subscribe) },
      { title: 'data', value: (role) => shown(roles[role].data) },
      { title: 'moderates', value: (role) => shown(roles[role].moderate) },
      { title: 'records', value: (role) => shown(roles[role].record) },
      { title: 'invites', value: (role) => shown(roles[role].invite) },
    ],
    ROOM_ROLES,
    'no roles',
  );
}
