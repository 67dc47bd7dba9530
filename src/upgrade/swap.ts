import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Swap {
  /** Where the executable is that was in place before. */
  readonly previous: string;
  /** Puts it back. */
  undo(): Promise<void>;
}

/** Puts an executable in place of another in one step; there is one at every moment, and the old one is kept. */
export async function swapExecutable(path: string, candidate: string): Promise<Swap> {
  const previous = `${path}.previous`;
  await rm(previous, { force: true });
  await link(path, previous);
  await rename(candidate, path);
  await syncDirectory(dirname(path));
  return {
    previous,
    async undo() {
      await rename(previous, path);
      await syncDirectory(dirname(path));
    },
  };
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
