import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the file holds; undefined when there is none, or none that can be read: the dashboard then starts as new. */
export function readLayout(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Keeps a layout for the next time, for its owner alone to read. Answers why it could not; never throws. */
export function writeLayout(path: string, layout: object): string | undefined {
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(layout)}\n`, { mode: 0o600 });
    renameSync(draft, path);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `note: the dashboard's layout could not be kept: ${reason}`;
  }
}
