import { readLines } from '../../../supervisor/lines.ts';
import type { Ffmpeg } from './find.ts';

/** Runs one of ffmpeg's programs at the lowest priority, and hands over what it prints. Its exit code tells nothing. */
export async function linesOf(
  { env }: Ffmpeg,
  command: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  signal.throwIfAborted();
  const child = Bun.spawn(['nice', '-n', '19', ...command], {
    env: { ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    signal,
    killSignal: 'SIGKILL',
  });
  await readLines(child.stdout, onLine);
  await child.exited;
  signal.throwIfAborted();
}
