import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../lib/atomic-file.ts';

/** A port that root closed for a daemon which may not do it itself, before it started. */
export interface GuardedPort {
  /** TCP. */
  readonly port: number;
  /** What closes it, for people. */
  readonly by: string;
}

const NAME = 'turn-guard.json';
const READABLE = 0o644;

/** Leaves word in the runtime directory of the service. */
export async function leaveGuardedPort(directory: string, guarded: GuardedPort): Promise<void> {
  await writeFileAtomic(join(directory, NAME), `${JSON.stringify(guarded)}\n`, READABLE);
}

/** What root left there; undefined where nothing was left, or nothing that makes sense. */
export async function readGuardedPort(directory: string): Promise<GuardedPort | undefined> {
  try {
    const { port, by } = JSON.parse(await readFile(join(directory, NAME), 'utf8')) as Partial<GuardedPort>;
    return Number.isInteger(port) && typeof by === 'string' ? ({ port, by } as GuardedPort) : undefined;
  } catch {
    return undefined;
  }
}
