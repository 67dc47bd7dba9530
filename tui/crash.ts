import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CrashFacts {
  readonly version: string;
  /** What was looked at. */
  readonly view: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Writes what is known of a crash into a file of its own, readable by its owner only, and answers the path; when
 * that fails too, why. Never throws.
 */
export function writeCrashReport(
  directory: string,
  error: unknown,
  { version, view, now }: CrashFacts,
): string {
  const path = join(directory, `crash-${new Date(now).toISOString().replaceAll(':', '-')}.txt`);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const { columns, rows } = process.stdout;
  const about = [
    `didar ${version} dashboard, in ${view}, ${columns}x${rows}, TERM=${process.env.TERM}`,
    `Bun ${Bun.version}, ${process.platform} ${process.arch}`,
  ].join('\n');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${about}\n${text}\n`, { mode: 0o600 });
    return path;
  } catch (failure) {
    return `(no report could be written: ${failure instanceof Error ? failure.message : failure})\n${text}`;
  }
}
