import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes what is known of a crash into a file of its own, readable by its owner only, and answers the path; when
 * that fails too, why. Never throws.
 */
export function writeCrashReport(directory: string, error: unknown, now: number): string {
  const path = join(directory, `crash-${new Date(now).toISOString().replaceAll(':', '-')}.txt`);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const about = `didar dashboard, Bun ${Bun.version}, ${process.platform} ${process.arch}, TERM=${process.env.TERM}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${about}\n${text}\n`, { mode: 0o600 });
    return path;
  } catch (failure) {
    return `(no report could be written: ${failure instanceof Error ? failure.message : failure})\n${text}`;
  }
}
