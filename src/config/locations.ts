import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Environment } from './environment.ts';

/** What decides where things are, apart from the configuration itself. */
export interface Surroundings {
  readonly env: Environment;
  readonly cwd: string;
  readonly isRoot: boolean;
}

export const SYSTEM_CONFIG = '/etc/didar/config.yaml';
const SYSTEM_DATA = '/var/lib/didar';

/**
 * Where the file is looked for: what `--config` or `DIDAR_CONFIG` name; else root looks in /etc only, others first in
 * their own configuration directory (XDG). Never in the working directory: that would make what `didar` does depend
 * on where it is typed, and let a directory that others can write to configure it.
 */
export function configCandidates({ env, isRoot }: Surroundings): readonly string[] {
  const home = env.HOME ? join(env.HOME, '.config') : undefined;
  const own = absolute(env.XDG_CONFIG_HOME) ?? home;
  return isRoot || own === undefined ? [SYSTEM_CONFIG] : [join(own, 'didar/config.yaml'), SYSTEM_CONFIG];
}

/** The file that is used: `explicit` whether it exists or not, else the first candidate that exists, else none. */
export async function findConfig(
  explicit: string | undefined,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const named = explicit ?? (surroundings.env.DIDAR_CONFIG || undefined);
  if (named !== undefined) return resolve(surroundings.cwd, named);
  for (const candidate of configCandidates(surroundings)) {
    const exists = await access(candidate).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    );
    if (exists) return candidate;
  }
  return undefined;
}

/** The data directory when none is given: what systemd made for the service, root's, or the user's own (XDG). */
export function defaultDataDir({ env, isRoot, cwd }: Surroundings): string {
  const fromSystemd = env.STATE_DIRECTORY?.split(':')[0];
  if (fromSystemd) return fromSystemd;
  if (isRoot) return SYSTEM_DATA;
  const own = absolute(env.XDG_DATA_HOME) ?? (env.HOME ? join(env.HOME, '.local/share') : cwd);
  return join(own, 'didar');
}

/** XDG: "all paths must be absolute"; a relative one is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined;
}
