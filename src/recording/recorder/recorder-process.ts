import { type Clock, wait } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { LineTail } from '../../supervisor/line-tail.ts';
import { readLines } from '../../supervisor/lines.ts';
import type { EndReason } from '../manifest/manifest.ts';
import type { RecorderMessage, RecorderSpec } from './spec.ts';

/** What the collector takes the machine to have: packets are garbage at once, and with more it lets them pile up. */
const HEAP_ROOM_BYTES = '150000000';

export interface RecorderProcessOptions {
  /** What starts didar: `selfCommand()`; `recorder` is added. */
  readonly command: readonly string[];
  readonly spec: RecorderSpec;
  readonly onMessage: (message: RecorderMessage) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** The child's whole environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a recorder ended. */
export interface RecorderExit {
  /** What it said last; undefined when it crashed or was killed: its manifest has no end then. */
  readonly reason?: EndReason;
  readonly code: number | null;
  readonly signal: string | null;
  /** What it wrote on standard error, for a cause. */
  readonly lastLines: readonly string[];
}

export interface RecorderProcess {
  readonly pid: number;
  /** Resolves after the exit, when all it said was heard. Never rejects. */
  readonly exited: Promise<RecorderExit>;
  /** Asks it to complete its files and end; kills it when it takes longer. */
  stop(limitMs: number): Promise<RecorderExit>;
  /** SIGKILL. */
  kill(): void;
  /** Lets it end by itself, as when we die: nobody waits for it any more. */
  abandon(): void;
}

/**
 * Starts a recorder in a process and a session of its own, so that it can crash alone, and a Ctrl-C in our terminal is
 * none to it. When we die it ends by itself: its standard input ends.
 */
export function startRecorder(options: RecorderProcessOptions): RecorderProcess {
  const { command, spec, onMessage, clock, log } = options;
  const child = Bun.spawn([...command, 'recorder'], {
    env: { ...options.env, BUN_JSC_forceRAMSize: HEAP_ROOM_BYTES },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  // never in its arguments, which anyone on the machine can read: there is a token in it
  child.stdin.write(`${JSON.stringify(spec)}\n`);
  void child.stdin.flush();

  const tail = new LineTail();
  let reason: EndReason | undefined;

  function hear(line: string): void {
    const message = parse(line);
    if (!message) {
      log.warn('the recorder said something unknown', { recordingId: spec.recordingId, line });
      return;
    }
    if (message.type === 'ended') reason = message.reason;
    onMessage(message);
  }

  const output = Promise.allSettled([
    readLines(child.stdout, hear),
    readLines(child.stderr, (line) => {
      tail.add(line);
      log.debug('recorder', { recordingId: spec.recordingId, line });
    }),
  ]);

  async function waitForExit(): Promise<RecorderExit> {
    await child.exited;
    await output;
    const signal = child.signalCode === null ? null : String(child.signalCode);
    return { reason, code: child.exitCode, signal, lastLines: tail.lines() };
  }
  const exited = waitForExit();

  return {
    pid: child.pid,
    exited,
    async stop(limitMs) {
      child.kill('SIGTERM');
      await Promise.race([exited, wait(clock, limitMs)]);
      child.kill('SIGKILL');
      return exited;
    },
    kill: () => child.kill('SIGKILL'),
    abandon: () => void child.stdin.end(),
  };
}

function parse(line: string): RecorderMessage | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'type' in value
      ? (value as RecorderMessage)
      : undefined;
  } catch {
    return undefined;
  }
}
