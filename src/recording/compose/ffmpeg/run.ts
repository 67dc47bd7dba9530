import { DomainError } from '../../../lib/errors.ts';
import { LineTail } from '../../../supervisor/line-tail.ts';
import { readLines } from '../../../supervisor/lines.ts';
import { signalGroup } from '../../../supervisor/signal-group.ts';
import type { Ffmpeg } from './find.ts';

/**
 * Runs a command that ends with us: its standard input is held by this process alone, and when it closes, which is
 * so after `kill -9` too, the command is killed. Else the next life would compose beside it.
 */
const ENDS_WITH_US = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
(read -r _ <&3; kill -9 "$child") >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"`;

/** Calls come first: composing takes what they leave of the processor. */
const NICE = ['nice', '-n', '19'];

export interface RunOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Kills it. */
  readonly signal: AbortSignal;
  /** Seconds of output that are done. */
  readonly onTime: (seconds: number) => void;
}

/**
 * Runs ffmpeg to its end.
 *
 * @throws DomainError `compose_failed` with what it said last; the signal's reason when aborted
 */
export async function runFfmpeg(
  { ffmpeg, env }: Ffmpeg,
  { args, cwd, signal, onTime }: RunOptions,
): Promise<void> {
  signal.throwIfAborted();
  const said = new LineTail();
  const quiet = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-progress', 'pipe:1'];
  const child = Bun.spawn(['sh', '-c', ENDS_WITH_US, 'sh', ...NICE, ffmpeg, ...quiet, ...args], {
    cwd,
    env: { ...env },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  const kill = () => void signalGroup(child.pid, 'SIGKILL');
  signal.addEventListener('abort', kill);
  try {
    const read = [
      readLines(child.stdout, (line) => {
        const [, micros] = /^out_time_us=(\d+)/.exec(line) ?? [];
        if (micros !== undefined) onTime(Number(micros) / 1e6);
      }),
      readLines(child.stderr, (line) => said.add(line)),
    ];
    const [code] = await Promise.all([child.exited, ...read]);
    signal.throwIfAborted();
    if (code !== 0) throw failed(code, said.lines());
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

function failed(code: number, lines: readonly string[]): DomainError {
  // The shell tells of a child that was killed by 128 + 9.
  if (code === 137) {
    return new DomainError('compose_failed', 'ffmpeg was killed, as the system does when memory runs out.', {
      fix: 'Look into the kernel log (dmesg); record in a smaller size, or give the machine more memory. The tracks stay.',
    });
  }
  const last = lines.slice(-5).join(' | ').slice(0, 1_000);
  return new DomainError('compose_failed', `ffmpeg ended with ${code}: ${last || 'it said nothing'}`, {
    fix: 'The tracks stay. Retry the job, with a newer ffmpeg if it fails again.',
  });
}
