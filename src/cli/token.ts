import type { Command } from 'commander';
import { SCOPES, type Scope } from '../access/principal.ts';
import { parseDuration } from '../lib/duration.ts';
import { DomainError } from '../lib/errors.ts';
import type { Page } from '../lib/schema.ts';
import type { ApiToken, ApiTokenCreate, ApiTokenCreated } from '../modules/auth/model.ts';
import { withAccounts } from './lib/accounts-client.ts';
import { allPages } from './lib/all-pages.ts';
import { addClientOptions, type ClientOptions } from './lib/client-options.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';

interface CreateOptions extends ClientOptions {
  readonly name: string;
  readonly scope: string;
  readonly expires: string;
}

/** `didar token`: API tokens for other programs. */
export function addToken(program: Command): void {
  const token = program.command('token').description('API tokens, by which other programs use the API.');

  addClientOptions(token.command('create'))
    .description('Creates an API token and prints its secret, which is not shown again.')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption(
      '--scope <scopes>',
      `what it may do, by comma: ${SCOPES.join(', ')} (admin covers the rest)`,
    )
    .option('--expires <duration>', 'how long it is good for, such as 12h or 365d, or never', '90d')
    .action(async (options: CreateOptions) => {
      const { name } = options;
      const body: ApiTokenCreate = {
        name,
        scopes: options.scope.split(',').map(scopeOf),
        expiresIn: secondsOf(options.expires),
      };
      const made = await withAccounts(options, (client) =>
        client.request<ApiTokenCreated>('POST', '/api/token', body),
      );
      if (options.json) return printJson(made);
      printNote(
        `${made.id}, ${made.scopes.join(', ')}, expires ${made.expiresAt ?? 'never'}; keep the secret now:`,
      );
      print(made.token);
    });

  addClientOptions(token.command('list'))
    .description('Lists API tokens, without their secrets.')
    .action(async (options: ClientOptions) => {
      const tokens = await withAccounts(options, (client) =>
        allPages((cursor) => client.request<Page<ApiToken>>('GET', `/api/token?limit=500&${cursor}`)),
      );
      if (options.json) return printJson(tokens);
      printTable(
        [
          { title: 'id', value: ({ id }) => id },
          { title: 'name', value: ({ name }) => name },
          { title: 'scopes', value: ({ scopes }) => scopes.join(',') },
          { title: 'by', value: ({ createdBy }) => createdBy },
          { title: 'expires', value: ({ expiresAt }) => expiresAt ?? 'never' },
          { title: 'last used', value: ({ usedAt }) => usedAt ?? 'never' },
        ],
        tokens,
        'No API tokens: didar token create --name backup --scope read',
      );
    });

  addClientOptions(token.command('delete').argument('<id>'))
    .description('Revokes an API token at once.')
    .action(async (id: string, options: ClientOptions) => {
      const path = `/api/token/${encodeURIComponent(id)}`;
      await withAccounts(options, (client) => client.request('DELETE', path));
      if (options.json) printJson({ deleted: id });
      else print(`revoked ${id}`);
    });
}

function scopeOf(text: string): Scope {
  const scope = SCOPES.find((known) => known === text.trim());
  if (scope) return scope;
  throw new DomainError('usage', `--scope ${text}: there is no such scope.`, {
    fix: `Give some of ${SCOPES.join(', ')}.`,
  });
}

function secondsOf(text: string): number | null {
  if (text === 'never') return null;
  const ms = parseDuration(text);
  if (ms !== undefined) return Math.round(ms / 1000);
  throw new DomainError('usage', `--expires ${text}: not a duration.`, {
    fix: 'Give one such as 90d, or never.',
  });
}
