import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError, messageOf } from '../../lib/errors.ts';

export interface Outcome {
  readonly code: number;
  /** What it printed, both streams, without white space around. */
  readonly said: string;
}

/** The machine that the service is installed on, or the root of an image of one. */
export interface Machine {
  /** `/`, or the directory that will be the root of another machine: no service is started there. */
  readonly root: string;
  /** Runs a command on it; one that there isn't ends with 127, as in a shell. */
  run(command: readonly string[]): Promise<Outcome>;
}

export const isImage = ({ root }: Pick<Machine, 'root'>): boolean => root !== '/';

const NOT_FOUND = 127;

/** This machine, or the one below `root`, by chroot(1). */
export function realMachine(root: string): Machine {
  return {
    root,
    async run(command) {
      try {
        const child = Bun.spawn(isImage({ root }) ? ['chroot', root, ...command] : [...command], {
          stdin: 'ignore',
          stdout: 'pipe',
          stderr: 'pipe',
          env: { ...process.env, LC_ALL: 'C' },
        });
        const [out, err, code] = await Promise.all([
          new Response(child.stdout).text(),
          new Response(child.stderr).text(),
          child.exited,
        ]);
        return { code, said: `${out}${err}`.trim() };
      } catch (error) {
        return { code: NOT_FOUND, said: messageOf(error) };
      }
    },
  };
}

/** The content of a file of the machine; undefined where there is none. @throws DomainError `service_needs_root` */
export async function contentOf({ root }: Machine, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw error;
    throw new DomainError('service_needs_root', `${path} may not be read by this account`, {
      fix: 'use sudo',
      cause: error,
    });
  }
}
