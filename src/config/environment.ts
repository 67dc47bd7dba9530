import { readFile } from 'node:fs/promises';
import { messageOf } from '../lib/errors.ts';
import { ALIASES } from './aliases.ts';
import type { Entry } from './entries.ts';
import type { Fault } from './faults.ts';
import { ALL_KEYS, envNameOf } from './keys.ts';
import { fixUnknownVariable, isOurVariable } from './unknown-keys.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Collected {
  readonly entries: readonly Entry[];
  readonly faults: readonly Fault[];
}

/**
 * The variables that set keys. An empty variable counts as not set, as compose files make them. A secret may also
 * come as the path of a file, in the variable with `_FILE` behind its name: how Docker and systemd hand them over.
 */
export async function readEnvironment(env: Environment): Promise<Collected> {
  const entries: Entry[] = [];
  const faults: Fault[] = [];
  const known = new Set<string>();

  for (const { name, alsoEnv, secret } of variables()) {
    for (const variable of alsoEnv ? [alsoEnv, envNameOf(name)] : [envNameOf(name)]) {
      known.add(variable);
      if (env[variable]) entries.push({ key: name, raw: env[variable], origin: 'env', source: variable });
    }
    if (!secret) continue;
    const variable = `${envNameOf(name)}_FILE`;
    known.add(variable);
    const path = env[variable];
    if (!path) continue;
    try {
      const raw = (await readFile(path, 'utf8')).trim();
      entries.push({ key: name, raw, origin: 'env', source: variable });
    } catch (error) {
      const problem = `${name} can't be read from its file: ${messageOf(error)}`;
      faults.push({
        key: name,
        source: variable,
        value: path,
        problem,
        fix: 'name a file that didar may read',
      });
    }
  }

  for (const [variable, value = ''] of Object.entries(env)) {
    if (known.has(variable) || !isOurVariable(variable, value)) continue;
    faults.push({ source: variable, problem: 'sets no key', fix: fixUnknownVariable(variable) });
  }
  return { entries, faults };
}

function variables(): { name: string; alsoEnv?: string | undefined; secret?: true | undefined }[] {
  return [...ALL_KEYS, ...[...ALIASES.keys()].map((name) => ({ name }))];
}
