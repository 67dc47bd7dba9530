import type { Command } from 'commander';
import { DomainError } from '../../lib/errors.ts';
import type { Page } from '../../lib/schema.ts';
import type { Member } from '../../modules/rooms/model.ts';
import { allPages } from '../lib/all-pages.ts';
import type { ApiClient } from '../lib/api-client.ts';
import { addClientOptions, type ClientOptions, clientFor } from '../lib/client-options.ts';
import { print, printJson, printTable } from '../lib/output.ts';
import { findUser, WHO } from '../user/who.ts';
import { path } from './life.ts';

const ROLES = ['owner', 'moderator', 'attendee'];

/** `members`, `member`, `transfer`: who has which role in a room. */
export function addRoomMembers(room: Command): void {
  addClientOptions(room.command('members').argument('<room>'))
    .description('Lists the members of a room.')
    .action(async (name: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const members = await allPages((cursor) =>
        client.request<Page<Member>>('GET', path(name, `/members?limit=500&${cursor}`)),
      );
      if (options.json) return printJson(members);
      printTable(
        [
          { title: 'id', value: (m) => m.user.id },
          { title: 'email', value: (m) => m.user.email },
          { title: 'name', value: (m) => m.user.name },
          { title: 'role', value: (m) => m.role },
          { title: 'since', value: (m) => m.createdAt },
        ],
        members,
        `${name} has no members.`,
      );
    });

  addClientOptions(room.command('member').argument('<room>').argument('<user>', WHO).argument('<role>'))
    .description(`Makes someone ${ROLES.join(', ')}, or "none": no member any more.`)
    .action(async (name: string, who: string, role: string, options: ClientOptions) => {
      if (role !== 'none' && !ROLES.includes(role)) {
        throw new DomainError('usage', `"${role}" is no role of a member.`, {
          fix: `Give one of ${ROLES.join(', ')}, none.`,
        });
      }
      const client = await clientFor(options);
      const id = await userId(client, who);
      const at = path(name, `/members/${encodeURIComponent(id)}`);
      const member =
        role === 'none' ? await client.request('DELETE', at) : await client.request('PUT', at, { role });
      if (options.json) printJson(member ?? { removed: id });
      else print(role === 'none' ? `${who} is no member of ${name}` : `${who} is ${role} of ${name}`);
    });

  addClientOptions(room.command('transfer').argument('<room>').argument('<user>', WHO))
    .description('Hands a room over: who owned it becomes a moderator of it.')
    .action(async (name: string, who: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const user = await userId(client, who);
      const member = await client.request<Member>('POST', path(name, '/owner'), { user });
      if (options.json) printJson(member);
      else print(`${member.user.email} owns ${name}`);
    });
}

/** Owners of rooms can't look up accounts; an id needs none. */
async function userId(client: ApiClient, who: string): Promise<string> {
  return who.includes('@') ? (await findUser(client, who)).id : who;
}
