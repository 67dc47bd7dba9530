import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's files about this machine: never on a disk, so that reading them waits for nothing. */
export interface KernelFiles {
  /** The text of a file under `/proc` or `/sys`; empty where it can't be read. */
  read(path: string): string;
  /** The names in a directory; none where it can't be read. */
  list(path: string): readonly string[];
}

export const kernelFiles: KernelFiles = {
  read: (path) => orElse('', () => readFileSync(path, 'utf8')),
  list: (path) => orElse([], () => readdirSync(path)),
};

/** A process may end, and a kernel may lack a file, between any two looks. */
function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
