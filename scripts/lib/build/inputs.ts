import { join } from 'node:path';

const DIRECTORIES = ['src', 'tui', 'drizzle', 'scripts/lib/build'];
const SINGLE_FILES = ['package.json', 'bun.lock', 'tsconfig.json'];
const TEST = /\.test\.tsx?$/;

/** The files of the work tree that the executable is made from, sorted. */
export async function inputFiles(root: string): Promise<string[]> {
  const found = await Promise.all(
    DIRECTORIES.map((name) => Array.fromAsync(new Bun.Glob(`${name}/**/*`).scan({ cwd: root, dot: true }))),
  );
  return [...SINGLE_FILES, ...found.flat().filter((name) => !TEST.test(name))].sort();
}

/** A hash over the names and contents of all inputs, and whatever else (`also`) decides what comes out. */
export async function fingerprint(root: string, also: readonly string[]): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256');
  for (const text of also) hasher.update(`${text}\0`);
  const names = await inputFiles(root);
  const contents = await Promise.all(names.map((name) => Bun.file(join(root, name)).bytes()));
  for (const [i, name] of names.entries()) hasher.update(`${name}\0`).update(contents[i] ?? '');
  return hasher.digest('hex');
}
