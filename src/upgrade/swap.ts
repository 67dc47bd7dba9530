import { link, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../lib/atomic-file.ts';

/** Where the executable is that was in place before. */
export function previousOf(executable: string): string {
  return `${executable}.previous`;
}

/** Keeps the executable under its second name too. */
export async function keepPrevious(executable: string): Promise<void> {
  const previous = previousOf(executable);
  await rm(previous, { force: true });
  await link(executable, previous);
  await syncDirectory(dirname(executable));
}

/** Puts another executable in place in one step: there is one at every moment. */
export async function replaceExecutable(executable: string, candidate: string): Promise<void> {
  await rename(candidate, executable);
  await syncDirectory(dirname(executable));
}

/** Puts the previous one back, which keeps its second name: doing it again after a power cut does no harm. */
export async function bringBackPrevious(executable: string): Promise<void> {
  const temporary = `${executable}.back`;
  await rm(temporary, { force: true });
  await link(previousOf(executable), temporary);
  await replaceExecutable(executable, temporary);
  // of two names of one file rename(2) leaves both
  await rm(temporary, { force: true });
}
