import { chown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** When root works for the service, what it makes belongs to whom the data directory belongs to. Missing paths are fine. */
export async function giveToOwner(dataDir: string, paths: readonly string[]): Promise<void> {
  const { uid, gid } = await lstat(dataDir);
  if (process.geteuid?.() !== 0 || uid === 0) return;
  const give = async (path: string): Promise<void> => {
    const found = await lstat(path).catch(() => undefined);
    if (!found || found.isSymbolicLink()) return;
    await chown(path, uid, gid);
    if (found.isDirectory()) for (const name of await readdir(path)) await give(join(path, name));
  };
  for (const path of paths) await give(path);
}
