import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const IS_RECORDING = /^rec_[0-9a-z]+$/;
/** It holds something, or is gone already. */
const LEFT_ALONE = ['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'];

/**
 * Removes what a process left that was killed between making a recording's directory and putting the recording down:
 * an empty directory that nobody knows of. To be called before any recording begins, without a pause.
 */
export function removeEmptyDirectories(dir: string, isKnown: (recording: string) => boolean): void {
  for (const name of namesIn(dir)) {
    if (!IS_RECORDING.test(name) || isKnown(name)) continue;
    try {
      rmdirSync(join(dir, name));
    } catch (error) {
      if (!LEFT_ALONE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    // Made with the first recording.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
