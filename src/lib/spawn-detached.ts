import { closeSync, openSync } from 'node:fs';

export interface DetachedSpawn {
  readonly command: readonly string[];
  /** Where it writes what it prints, with mode 0600. */
  readonly logPath: string;
  /** `w` empties the log first, `a` goes on with it. */
  readonly logFlags: 'a' | 'w';
  /** Those of this process when left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/**
 * Starts a process that outlives this one: in a session of its own, which neither Ctrl-C nor a closed terminal
 * reaches, and not waited for at our end.
 *
 * @throws what open(2) or posix_spawn failed with (ENOENT, EACCES, …)
 */
export function spawnDetached({ command, logPath, logFlags, env, cwd }: DetachedSpawn): Bun.Subprocess {
  const log = openSync(logPath, logFlags, 0o600);
  try {
    const child = Bun.spawn([...command], {
      ...(env && { env: { ...env } }),
      ...(cwd !== undefined && { cwd }),
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      detached: true,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}
