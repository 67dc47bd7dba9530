import type { Command } from 'commander';
import { parseDuration } from '../../lib/duration.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Page } from '../../lib/schema.ts';
import type { Invitation, InvitationCreate, InvitationCreated } from '../../modules/auth/model.ts';
import { withAccounts } from '../lib/accounts-client.ts';
import { allPages } from '../lib/all-pages.ts';
import { addClientOptions, type ClientOptions } from '../lib/client-options.ts';
import { print, printJson, printNote, printTable } from '../lib/output.ts';
import { roleOf, tell } from './who.ts';

interface InviteOptions extends ClientOptions {
  readonly email?: string;
  readonly role: string;
  readonly expires: string;
}

/** What the API takes. */
const SHORTEST_S = 60;
const LONGEST_S = 365 * 86_400;

/** `didar user invite`, `invitations` and `uninvite`: links by which people make their own account. */
export function addInvitations(user: Command): void {
  addClientOptions(user.command('invite'))
    .description('Makes a link by which one person makes their own account; it is not shown again.')
    .option('--email <email>', 'the only email that the account can have')
    .option('--role <role>', 'admin or user', 'user')
    .option('--expires <duration>', 'how long the link is good for, such as 12h or 7d', '7d')
    .action(async (options: InviteOptions) => {
      const { email } = options;
      const body: InvitationCreate = {
        role: roleOf(options.role),
        expiresIn: secondsOf(options.expires),
        ...(email !== undefined && { email }),
      };
      const made = await withAccounts(options, (client) =>
        client.request<InvitationCreated>('POST', '/api/invitation', body),
      );
      if (options.json) return printJson(made);
      printNote(
        `${made.id}, ${made.role}, for ${made.email ?? 'anyone'}, until ${made.expiresAt}; good for one account:`,
      );
      print(made.url);
    });

  addClientOptions(user.command('invitations'))
    .description('Lists invitations that nobody has used yet.')
    .action(async (options: ClientOptions) => {
      const invitations = await withAccounts(options, (client) =>
        allPages((cursor) => client.request<Page<Invitation>>('GET', `/api/invitation?limit=500&${cursor}`)),
      );
      if (options.json) return printJson(invitations);
      printTable(
        [
          { title: 'id', value: ({ id }) => id },
          { title: 'email', value: ({ email }) => email ?? 'any' },
          { title: 'role', value: ({ role }) => role },
          { title: 'by', value: ({ createdBy }) => createdBy },
          { title: 'expires', value: ({ expiresAt }) => expiresAt },
        ],
        invitations,
        'No open invitations: didar user invite --email you@example.org',
      );
    });

  addClientOptions(user.command('uninvite').argument('<id>'))
    .description('Takes an invitation back.')
    .action(async (id: string, options: ClientOptions) => {
      await withAccounts(options, (client) =>
        client.request('DELETE', `/api/invitation/${encodeURIComponent(id)}`),
      );
      tell(`took back ${id}`, { revoked: id }, options);
    });
}

function secondsOf(text: string): number {
  const seconds = Math.round((parseDuration(text) ?? 0) / 1000);
  if (seconds >= SHORTEST_S && seconds <= LONGEST_S) return seconds;
  throw new DomainError('usage', `--expires ${text}: no duration from a minute to a year.`, {
    fix: 'Give one such as 12h or 7d.',
  });
}
