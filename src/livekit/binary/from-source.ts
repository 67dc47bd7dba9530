import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '../../lib/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

const ROOT = join(import.meta.dir, '../../..');
const PINNED = /github\.com\/livekit\/livekit-server v(\S+)/;

/** The livekit-server version that `scripts/livekit-server/go.mod` pins. Only in a work tree, not in the executable. */
export async function pinnedLiveKitVersion(): Promise<string> {
  const file = join(ROOT, 'scripts/livekit-server/go.mod');
  const version = PINNED.exec(await readFile(file, 'utf8'))?.[1];
  if (!version) throw new DomainError('binary_not_pinned', `${file} names no livekit-server version`);
  return version;
}

/** Where the scripts keep what they built: `$XDG_CACHE_HOME/didar/livekit-server/1.13.5-linux-x64`. */
export function livekitCacheDir(env: Env, version: string, arch: string = process.arch): string {
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'didar', 'livekit-server', `${version}-linux-${arch}`);
}

/** The livekit-server to use when run from source: `LIVEKIT_SERVER`, else the one that the scripts built. */
export async function livekitFromSource(env: Env): Promise<string> {
  return env.LIVEKIT_SERVER || join(livekitCacheDir(env, await pinnedLiveKitVersion()), 'livekit-server');
}
