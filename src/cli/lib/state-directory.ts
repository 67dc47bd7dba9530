import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where this user's commands leave what is not data: crash reports, the log of a server they started (XDG). */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const given = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : undefined;
  const base = given ?? (env.HOME ? join(env.HOME, '.local/state') : tmpdir());
  return join(base, 'didar');
}
