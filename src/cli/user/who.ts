import { DomainError } from '../../lib/errors.ts';
import type { Page } from '../../lib/schema.ts';
import type { User } from '../../modules/auth/model.ts';
import type { ApiClient } from '../lib/api-client.ts';
import type { ClientOptions } from '../lib/client-options.ts';
import { print, printJson } from '../lib/output.ts';

/** How the argument that names a user is shown in the help. */
export const WHO = 'email or id';

/** The user with this email or id. Throws `user_not_found`. */
export async function findUser(client: ApiClient, who: string): Promise<User> {
  if (!who.includes('@')) return client.request<User>('GET', `/api/user/${encodeURIComponent(who)}`);
  const { items } = await client.request<Page<User>>('GET', `/api/user?email=${encodeURIComponent(who)}`);
  if (items[0]) return items[0];
  throw new DomainError('user_not_found', `There is no user with the email ${who}.`, {
    fix: 'See `didar user list` for who there is.',
  });
}

/** The role that was given as an option. Throws `usage`. */
export function roleOf(text: string | undefined): 'admin' | 'user' {
  if (text === 'admin' || text === 'user') return text;
  throw new DomainError('usage', `--role ${text}: there is no such role.`, { fix: 'Give admin or user.' });
}

/** One line for people, or the value for programs. */
export function tell(line: string, value: unknown, options: ClientOptions): void {
  if (options.json) printJson(value);
  else print(line);
}
