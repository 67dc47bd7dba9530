import type { Command } from 'commander';
import { INVITE_ROLES } from '../../access/enter.ts';
import { parseDuration } from '../../lib/duration.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Page } from '../../lib/schema.ts';
import type { Invite, InviteCreated } from '../../modules/invites/model.ts';
import { allPages } from '../lib/all-pages.ts';
import { addClientOptions, type ClientOptions, clientFor } from '../lib/client-options.ts';
import { print, printJson, printNote, printTable } from '../lib/output.ts';
import { path } from './life.ts';
import { people } from './people.ts';

interface CreateOptions extends ClientOptions {
  readonly role: string;
  readonly uses?: string;
  readonly expires: string;
}

/** `room invite create`, `list`, `revoke`. */
export function addRoomInvites(room: Command): void {
  const invite = room.command('invite').description('Invitations: links that let people into a room.');

  addClientOptions(invite.command('create').argument('<room>'))
    .description('Makes an invitation and prints its link, which is not shown again.')
    .option('--role <role>', `as what they come in: ${INVITE_ROLES.join(', ')}`, 'guest')
    .option('--uses <n>', 'how many people may come in by it; any number when left out')
    .option('--expires <duration>', 'how long newcomers may use it, such as 12h or 30d, or never', '7d')
    .action(async (name: string, options: CreateOptions) => {
      const body = {
        role: roleOf(options.role),
        maxUses: usesOf(options.uses),
        expiresIn: secondsOf(options.expires),
      };
      const client = await clientFor(options);
      const made = await client.request<InviteCreated>('POST', path(name, '/invites'), body);
      if (options.json) return printJson(made);
      const { id, role, maxUses, expiresAt } = made;
      const whom = maxUses === null ? 'any number of people' : people(maxUses);
      printNote(`${id}, ${role}, for ${whom}, until ${expiresAt ?? 'revoked'}:`);
      print(made.link);
    });

  addClientOptions(invite.command('list').argument('<room>'))
    .description('Lists the invitations to a room, without their links.')
    .action(async (name: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const invites = await allPages((cursor) =>
        client.request<Page<Invite>>('GET', path(name, `/invites?limit=500&${cursor}`)),
      );
      if (options.json) return printJson(invites);
      printTable(
        [
          { title: 'id', value: ({ id }) => id },
          { title: 'role', value: ({ role }) => role },
          { title: 'state', value: ({ state }) => state.replace('_', ' ') },
          { title: 'used', value: ({ uses }) => uses, align: 'right' },
          { title: 'of', value: ({ maxUses }) => maxUses ?? undefined, align: 'right' },
          { title: 'expires', value: ({ expiresAt }) => expiresAt ?? 'never' },
          { title: 'by', value: ({ createdBy }) => createdBy },
        ],
        invites,
        `No invitations to ${name}: didar room invite create ${name}`,
      );
    });

  addClientOptions(invite.command('revoke').argument('<room>').argument('<id>', 'see invite list'))
    .description('Revokes an invitation: nobody comes in by it any more.')
    .action(async (name: string, id: string, options: ClientOptions) => {
      const client = await clientFor(options);
      await client.request('DELETE', path(name, `/invites/${encodeURIComponent(id)}`));
      if (options.json) printJson({ revoked: id });
      else print(`revoked ${id}`);
    });
}

function roleOf(text: string): string {
  if (INVITE_ROLES.some((known) => known === text)) return text;
  throw new DomainError('usage', `--role ${text}: there is no such role to invite for.`, {
    fix: `Give one of ${INVITE_ROLES.join(', ')}.`,
  });
}

function usesOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const uses = Number(text);
  if (Number.isInteger(uses) && uses >= 1) return uses;
  throw new DomainError('usage', `--uses ${text}: not a number of people.`, {
    fix: 'Give one such as 1 or 20.',
  });
}

function secondsOf(text: string): number | null {
  if (text === 'never') return null;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1000) return Math.round(ms / 1000);
  throw new DomainError('usage', `--expires ${text}: not a duration.`, {
    fix: 'Give one such as 7d, or never.',
  });
}
