import type { Command } from 'commander';
import type { Page } from '../../lib/schema.ts';
import type { Login } from '../../modules/auth/model.ts';
import { withAccounts } from '../lib/accounts-client.ts';
import { allPages } from '../lib/all-pages.ts';
import { addClientOptions, type ClientOptions } from '../lib/client-options.ts';
import { printJson, printTable } from '../lib/output.ts';
import { findUser, tell, WHO } from './who.ts';

/** `didar user logins` and `didar user logout`: where somebody is signed in. */
export function addLogins(user: Command): void {
  addClientOptions(user.command('logins').argument('<user>', WHO))
    .description('Lists the devices that are signed in as a user.')
    .action(async (who: string, options: ClientOptions) => {
      const logins = await withAccounts(options, async (client) => {
        const { id } = await findUser(client, who);
        return allPages((cursor) =>
          client.request<Page<Login>>('GET', `/api/user/${id}/logins?limit=500&${cursor}`),
        );
      });
      if (options.json) return printJson(logins);
      printTable(
        [
          { title: 'id', value: ({ id }) => id },
          { title: 'address', value: ({ address }) => address ?? '-' },
          { title: 'since', value: ({ createdAt }) => createdAt },
          { title: 'last used', value: ({ usedAt }) => usedAt },
          { title: 'device', value: ({ userAgent }) => userAgent ?? '-' },
        ],
        logins,
        'Not signed in anywhere.',
      );
    });

  addClientOptions(user.command('logout').argument('<user>', WHO).argument('[login]', 'id of one login'))
    .description('Ends one login of a user, or all of them, at once.')
    .action(async (who: string, login: string | undefined, options: ClientOptions) => {
      const ended = await withAccounts(options, async (client) => {
        const found = await findUser(client, who);
        const one = login === undefined ? '' : `/${encodeURIComponent(login)}`;
        await client.request('DELETE', `/api/user/${found.id}/logins${one}`);
        return found;
      });
      const what = login === undefined ? 'every login' : `the login ${login}`;
      tell(`ended ${what} of ${ended.email}`, { ended: login ?? 'all', user: ended.id }, options);
    });
}
