import { ACTIONS, type Action, decide } from '../../../src/access/decide.ts';
import { type Principal, ROOM_ROLES, SCOPES } from '../../../src/access/principal.ts';
import { ranksAbove, roleSet } from '../../../src/access/roles.ts';
import { doorTable, passageTable } from './entering.ts';
import { table } from './markdown.ts';

/** What each action is, in words. */
const MEANS: Record<Action, string> = {
  'system.read': 'the state of the server, everyone in any room',
  'system.manage': 'doctor, jobs, network tests',
  'users.manage': 'accounts',
  'tokens.manage': 'API tokens',
  'rooms.list': 'list rooms (private ones: members only)',
  'rooms.create': 'create a room',
  'room.read': 'see a room',
  'room.change': 'settings, roles, owners',
  'room.delete': 'delete it',
  'room.moderate': 'see who is in, mute, kick, ban, lower, lock',
  'room.members': 'members and their roles',
  'room.invite': 'invitations',
  'room.events': 'its events',
  'room.record': 'record',
  'recordings.read': 'recordings of all rooms',
  'events.read': 'events of all rooms',
};

const MEMBER_ROLES = ROOM_ROLES.filter((role) => role !== 'guest');
const user = (role: 'admin' | 'user'): Principal => ({
  kind: 'user',
  userId: 'u_1',
  role,
  name: '',
  loginId: 'l_1',
});
const mark = (yes: boolean) => (yes ? 'yes' : '');

/** The tables of `docs/permissions.md`, each cell asked of the function that decides. */
export function permissionTables(): Readonly<Record<string, string>> {
  return {
    actions: actionTable(),
    ranks: rankTable(),
    roles: roleTable(),
    doors: doorTable(),
    passages: passageTable(),
  };
}

function actionTable(): string {
  return table(
    ['action', 'what', ...MEMBER_ROLES, 'any user', 'admin', 'API token with'],
    ACTIONS.map((action) => [
      `\`${action}\``,
      MEANS[action],
      ...MEMBER_ROLES.map((memberRole) => mark(decide(user('user'), action, { memberRole }))),
      mark(decide(user('user'), action)),
      mark(decide(user('admin'), action)),
      SCOPES.filter((scope) => decide({ kind: 'token', tokenId: 't_1', scopes: [scope] }, action)).join(', '),
    ]),
  );
}

function rankTable(): string {
  return table(
    ['who acts', ...ROOM_ROLES.map((role) => `on ${role}`)],
    MEMBER_ROLES.filter((role) => roleSet(role).moderate).map((role) => [
      role,
      ...ROOM_ROLES.map((over) => mark(!ranksAbove(over, role))),
    ]),
  );
}

function roleTable(): string {
  return table(
    ['role', 'publishes', 'subscribes', 'data', 'moderates', 'records', 'invites'],
    ROOM_ROLES.map((role) => {
      const { publish, subscribe, data, moderate, record, invite } = roleSet(role);
      return [role, publish.join(', '), ...[subscribe, data, moderate, record, invite].map(mark)];
    }),
  );
}
