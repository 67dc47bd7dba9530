import type { Command } from 'commander';
import type { Page } from '../lib/schema.ts';
import type { User, UserChange, UserCreate } from '../modules/auth/model.ts';
import { withAccounts } from './lib/accounts-client.ts';
import { allPages } from './lib/all-pages.ts';
import { addClientOptions, type ClientOptions } from './lib/client-options.ts';
import { print, printJson, printTable } from './lib/output.ts';
import { confirm, readPassword } from './lib/prompt.ts';
import { addInvitations } from './user/invitations.ts';
import { addLogins } from './user/logins.ts';
import { addReset } from './user/reset.ts';
import { findUser, roleOf, tell, WHO } from './user/who.ts';

interface SetOptions extends ClientOptions {
  readonly email?: string;
  readonly name?: string;
  readonly role?: string;
}

interface PasswordOptions extends ClientOptions {
  readonly passwordStdin?: boolean;
}

const PASSWORD_STDIN = 'read the password from stdin';

/** `didar user`: accounts. Without a running daemon the commands open the database themselves. */
export function addUser(program: Command): void {
  const user = program.command('user').description('Accounts: who may sign in, and who is admin.');
  addCreate(user);
  addLists(user);
  addChanges(user);
  addLogins(user);
  addInvitations(user);
  addReset(user);
}

function addCreate(user: Command): void {
  addClientOptions(user.command('create'))
    .description('Creates a user; asks for the password, or reads it from stdin.')
    .requiredOption('--email <email>', 'what they sign in with')
    .option('--name <name>', 'what others see; the beginning of the email when left out')
    .option('--role <role>', 'admin or user', 'user')
    .option('--password-stdin', PASSWORD_STDIN)
    .action(async (options: SetOptions & PasswordOptions & { email: string }) => {
      const { email, name = email.split('@')[0] ?? email } = options;
      const role = roleOf(options.role);
      const password = await readPassword({ fromStdin: options.passwordStdin === true, twice: true });
      const body: UserCreate = { email, name, role, password };
      const made = await withAccounts(options, (client) => client.request<User>('POST', '/api/user', body));
      tell(`created ${made.role} ${made.email} (${made.id})`, made, options);
    });
}

function addLists(user: Command): void {
  addClientOptions(user.command('list'))
    .description('Lists users.')
    .action(async (options: ClientOptions) => {
      const users = await withAccounts(options, (client) =>
        allPages((cursor) => client.request<Page<User>>('GET', `/api/user?limit=500&${cursor}`)),
      );
      if (options.json) return printJson(users);
      printTable(
        [
          { title: 'email', value: ({ email }) => email },
          { title: 'name', value: ({ name }) => name },
          { title: 'role', value: ({ role }) => role },
          { title: 'state', value: ({ disabled }) => (disabled ? 'disabled' : 'active') },
          { title: 'created', value: ({ createdAt }) => createdAt },
          { title: 'id', value: ({ id }) => id },
        ],
        users,
        'No users yet: didar user create --email you@example.org --role admin',
      );
    });

  addClientOptions(user.command('show').argument('<user>', WHO))
    .description('Shows one user.')
    .action(async (who: string, options: ClientOptions) => {
      const found = await withAccounts(options, (client) => findUser(client, who));
      if (options.json) return printJson(found);
      for (const [field, value] of Object.entries(found)) print(`${field.padEnd(10)} ${value}`);
    });
}

function addChanges(user: Command): void {
  addClientOptions(user.command('password').argument('<user>', WHO))
    .description('Sets a new password, and ends every login of the user.')
    .option('--password-stdin', PASSWORD_STDIN)
    .action(async (who: string, options: PasswordOptions) => {
      const password = await readPassword({ fromStdin: options.passwordStdin === true, twice: true });
      const changed = await change(who, { password }, options);
      tell(`${changed.email} has a new password, and has to log in again`, changed, options);
    });

  addClientOptions(user.command('set').argument('<user>', WHO))
    .description('Changes email, name or role.')
    .option('--email <email>', 'what they sign in with')
    .option('--name <name>', 'what others see')
    .option('--role <role>', 'admin or user')
    .action(async (who: string, options: SetOptions) => {
      const { email, name } = options;
      const role = options.role === undefined ? undefined : roleOf(options.role);
      const changed = await change(who, { email, name, role }, options);
      tell(`${changed.email} is ${changed.role} ${changed.name}`, changed, options);
    });

  addClientOptions(user.command('disable').argument('<user>', WHO))
    .description('Lets a user in no more, and ends their logins and API tokens at once.')
    .action(async (who: string, options: ClientOptions) => {
      const changed = await change(who, { disabled: true }, options);
      tell(`disabled ${changed.email}`, changed, options);
    });

  addClientOptions(user.command('enable').argument('<user>', WHO))
    .description('Lets a disabled user in again.')
    .action(async (who: string, options: ClientOptions) => {
      const changed = await change(who, { disabled: false }, options);
      tell(`enabled ${changed.email}`, changed, options);
    });

  addClientOptions(user.command('delete').argument('<user>', WHO))
    .description('Removes a user for good, with their logins, API tokens and memberships.')
    .option('--yes', 'do not ask')
    .action(async (who: string, options: ClientOptions & { yes?: boolean }) => {
      if (!options.yes && !(await confirm(`Delete the user ${who}?`))) return;
      const gone = await withAccounts(options, async (client) => {
        const found = await findUser(client, who);
        await client.request('DELETE', `/api/user/${found.id}`);
        return found;
      });
      tell(`deleted ${gone.email}`, { deleted: gone.id }, options);
    });
}

function change(who: string, body: UserChange, options: ClientOptions): Promise<User> {
  return withAccounts(options, async (client) => {
    const { id } = await findUser(client, who);
    return client.request<User>('PATCH', `/api/user/${id}`, body);
  });
}
