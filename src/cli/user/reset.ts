import type { Command } from 'commander';
import type { ResetCreated } from '../../modules/auth/model.ts';
import { withAccounts } from '../lib/accounts-client.ts';
import { addClientOptions, type ClientOptions } from '../lib/client-options.ts';
import { print, printJson, printNote } from '../lib/output.ts';
import { findUser, WHO } from './who.ts';

/** `didar user reset`: for who has forgotten their password. */
export function addReset(user: Command): void {
  addClientOptions(user.command('reset').argument('<user>', WHO))
    .description('Makes a link by which a user sets a new password, once; it is not shown again.')
    .action(async (who: string, options: ClientOptions) => {
      const made = await withAccounts(options, async (client) => {
        const { id } = await findUser(client, who);
        return client.request<ResetCreated>('POST', `/api/user/${id}/reset`);
      });
      if (options.json) return printJson(made);
      printNote(`for ${made.user.email}, once, until ${made.expiresAt}; earlier links hold no more:`);
      print(made.url);
    });
}
