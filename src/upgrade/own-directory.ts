import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError, messageOf } from '../lib/errors.ts';
import { holdsItsFiles, identityOf } from '../supervisor/process-identity.ts';

const NAME = /^\.didar-upgrade-(\d+)-(\d+)$/;

/**
 * Makes the directory of this upgrade below `parent`, named after this process; what one that was killed left there is
 * removed.
 *
 * @throws DomainError `upgrade_running` beside another one, `upgrade_forbidden`
 */
export async function ownDirectory(parent: string): Promise<string> {
  const startTime = (await identityOf(process.pid))?.startTime ?? '0';
  const own = `.didar-upgrade-${process.pid}-${startTime}`;
  const path = join(parent, own);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    throw forbidden(parent, cause);
  }
  try {
    for (const name of await readdir(parent)) if (name !== own) await refuseOrRemove(parent, name);
  } catch (error) {
    await rm(path, { recursive: true });
    throw error;
  }
  return path;
}

async function refuseOrRemove(parent: string, name: string): Promise<void> {
  const [, pid, startTime] = NAME.exec(name) ?? [];
  if (pid === undefined || startTime === undefined) return;
  if (await holdsItsFiles({ pid: Number(pid), startTime, executable: '' })) {
    throw new DomainError('upgrade_running', `another upgrade (pid ${pid}) is at work`, {
      fix: 'wait for its end',
    });
  }
  await rm(join(parent, name), { recursive: true, force: true });
}

function forbidden(directory: string, cause: unknown): DomainError {
  const isReadOnly = (cause as NodeJS.ErrnoException).code === 'EROFS';
  return new DomainError('upgrade_forbidden', `can't write to ${directory}: ${messageOf(cause)}`, {
    fix: isReadOnly
      ? 'mount it writable for the upgrade, or replace the executable where that file system is made'
      : 'use sudo, or the account that the executable belongs to',
    cause,
  });
}
