import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';

/** A daemon elsewhere under a short name. The token stays in its own file: this one only says where. */
export interface Profile {
  readonly url: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  /** Where a mistake costs most: its name stands out in the dashboard. */
  readonly production?: true;
}

export type Profiles = Readonly<Record<string, Profile>>;

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** Where this user's profiles are (XDG). */
export function profilesPath(env: Environment): string {
  const own = env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : undefined;
  return join(own ?? join(env.HOME ?? homedir(), '.config'), 'didar/profiles.json');
}

/** All profiles; none where there is no file. Errors: `profiles_unreadable`. */
export async function readProfiles(path: string): Promise<Profiles> {
  try {
    return profilesIn(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new DomainError('profiles_unreadable', `Cannot read the profiles: ${messageOf(error)}`, {
      fix: `Mend or remove ${path}; didar profile add makes it anew.`,
    });
  }
}

/** Keeps the profiles, for their owner alone to read. */
export async function writeProfiles(path: string, profiles: Profiles): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(profiles, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

/** The profile of that name. Errors: `profile_not_found`, naming those there are. */
export function profileNamed(profiles: Profiles, name: string): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile) return profile;
  const names = Object.keys(profiles).sort();
  throw new DomainError('profile_not_found', `There is no profile "${name}".`, {
    fix:
      names.length === 0
        ? `didar profile add ${name} --url https://… --token-file FILE makes it.`
        : `There are: ${names.join(', ')}; didar profile add makes one.`,
  });
}

/** Errors: `profile_name_invalid`. */
export function checkProfileName(name: string): void {
  if (NAME.test(name)) return;
  throw new DomainError('profile_name_invalid', `"${name}" is no name for a profile.`, {
    fix: 'Use up to 32 of a-z, 0-9 and -, and no - at the beginning.',
  });
}

function profilesIn(value: unknown): Profiles {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('it holds no profiles');
  return Object.fromEntries(
    Object.entries(value).map(([name, profile]: [string, Partial<Profile>]) => {
      if (typeof profile?.url !== 'string') throw new Error(`profile "${name}" has no url`);
      const { url, tokenFile, caFile, production } = profile;
      return [
        name,
        {
          url,
          ...(typeof tokenFile === 'string' && { tokenFile }),
          ...(typeof caFile === 'string' && { caFile }),
          ...(production === true && { production }),
        },
      ];
    }),
  );
}
