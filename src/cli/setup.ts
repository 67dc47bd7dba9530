import type { Command } from 'commander';
import type { SetupStatus } from '../modules/auth/model.ts';
import { withAccounts } from './lib/accounts-client.ts';
import { addClientOptions, type ClientOptions } from './lib/client-options.ts';
import { print, printJson } from './lib/output.ts';

/** `didar setup`: the one-time code of a server that has no admin yet. */
export function addSetup(program: Command): void {
  addClientOptions(program.command('setup'))
    .description('Shows the one-time code with which the first admin makes their account.')
    .action(async (options: ClientOptions) => {
      const status = await withAccounts(options, (client) =>
        client.request<SetupStatus>('GET', '/api/auth/setup'),
      );
      if (options.json) return printJson(status);
      if (!status.needed) return print('This server has an admin already; see `didar user list`.');
      print(`Setup code: ${status.code ?? '(shown only on the machine of the server)'}`);
      print(
        'The first admin gives it, once, as "setupCode" to POST /api/auth/register; or make the account here:',
      );
      print('  didar user create --email you@example.org --name You --role admin');
    });
}
