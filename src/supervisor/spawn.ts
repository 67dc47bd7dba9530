import { type Clock, wait } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { ChildExit, ChildSpec } from './child.ts';
import { readLines } from './lines.ts';
import { signalGroup } from './signal-group.ts';

/** How long output is read on after the exit: what left the group may hold the pipes open for ever. */
const OUTPUT_LIMIT_MS = 1_000;

export interface RunningChild {
  readonly pid: number;
  /** Resolves after the exit, when its group is gone and all output was read. Never rejects. */
  readonly exited: Promise<ChildExit>;
  signal(signal: NodeJS.Signals): void;
}

/**
 * Starts a child in a session of its own, so that a Ctrl-C in our terminal is not a signal to it, and reads its
 * output by lines.
 *
 * @throws what posix_spawn failed with (ENOENT, EACCES, …)
 */
export function spawnChild(spec: ChildSpec, onLine: (line: string) => void, clock: Clock): RunningChild {
  const child = Bun.spawn([spec.command, ...spec.args], {
    env: spec.env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  const output = Promise.all([child.stdout, child.stderr].map((stream) => readSafely(stream, onLine)));

  async function waitForExit(): Promise<ChildExit> {
    await child.exited;
    // What it had started goes with it, also after the leader's end.
    signalGroup(child.pid, 'SIGKILL');
    await Promise.race([output, wait(clock, OUTPUT_LIMIT_MS)]);
    return { code: child.exitCode, signal: child.signalCode === null ? null : String(child.signalCode) };
  }

  return {
    pid: child.pid,
    exited: waitForExit(),
    signal: (signal) => void signalGroup(child.pid, signal),
  };
}

async function readSafely(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  try {
    await readLines(stream, onLine);
  } catch (error) {
    onLine(`(output lost: ${messageOf(error)})`);
  }
}
