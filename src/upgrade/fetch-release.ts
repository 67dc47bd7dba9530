import type { KeyObject } from 'node:crypto';
import { chmod, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DomainError, messageOf } from '../lib/errors.ts';
import { ownDirectory } from './own-directory.ts';
import { RELEASE_SUFFIX, type Release, verifiedRelease } from './release.ts';

export interface Candidate {
  readonly release: Release;
  /** A copy of our own, in the directory that it is to be used in, executable. */
  readonly path: string;
  discard(): Promise<void>;
}

export interface FetchOptions {
  /** A path, or an http(s) URL; `.release.json` is looked for beside it. */
  readonly source: string;
  readonly directory: string;
  readonly key: KeyObject;
}

const EXECUTABLE = 0o755;

/**
 * Copies an executable from a file or a URL, and proves that it is what its signed release says.
 *
 * @throws DomainError `release_unreachable`, `release_damaged`, `upgrade_forbidden`, and those of `verifiedRelease`
 */
export async function fetchRelease({ source, directory, key }: FetchOptions): Promise<Candidate> {
  const release = verifiedRelease(await new Response(await read(source + RELEASE_SUFFIX)).text(), key);
  refuseForeign(release);
  const own = await ownDirectory(directory);
  const discard = () => rm(own, { recursive: true, force: true });
  try {
    const path = join(own, basename(new URL(source, 'file:///').pathname) || 'didar');
    await copy(await read(source), path, release);
    await chmod(path, EXECUTABLE);
    return { release, path, discard };
  } catch (error) {
    await discard();
    throw isFull(error) ? noRoom(directory, release, error) : error;
  }
}

async function read(source: string): Promise<ReadableStream<Uint8Array>> {
  try {
    if (!/^https?:\/\//.test(source)) {
      const file = Bun.file(source);
      if (!(await file.exists())) throw new Error('there is no such file');
      return file.stream();
    }
    const answer = await fetch(source);
    if (!answer.ok || answer.body === null) throw new Error(`the server answered ${answer.status}`);
    return answer.body;
  } catch (cause) {
    throw new DomainError('release_unreachable', `can't get ${source}: ${messageOf(cause)}`, {
      fix: `name an executable, by path or URL, that has its ${RELEASE_SUFFIX} beside it`,
      cause,
    });
  }
}

async function copy(
  stream: ReadableStream<Uint8Array>,
  path: string,
  { bytes, sha256 }: Release,
): Promise<void> {
  const hash = new Bun.CryptoHasher('sha256');
  let copied = 0;
  const file = await open(path, 'wx', EXECUTABLE);
  try {
    for await (const piece of stream) {
      copied += piece.length;
      if (copied > bytes) break;
      hash.update(piece);
      await file.writeFile(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (copied === bytes && hash.digest('hex') === sha256) return;
  throw new DomainError('release_damaged', 'The executable is not the one that was released.', {
    fix: 'Get it again: it was cut short or changed on its way.',
  });
}

function refuseForeign({ target }: Release): void {
  const here = `${process.platform}-${process.arch}`;
  if (target === here || target.startsWith(`${here}-`)) return;
  throw new DomainError('release_foreign', `The release is for ${target}, and this machine is ${here}.`, {
    fix: `Get the one for ${here}.`,
  });
}

const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');

const noRoom = (directory: string, { bytes }: Release, cause: unknown) =>
  new DomainError(
    'upgrade_no_room',
    `there is no room in ${directory} for the ${megabytes(bytes)} MB of the new one`,
    {
      fix: 'make room there; nothing was changed',
      cause,
    },
  );

const megabytes = (bytes: number) => Math.ceil(bytes / 1_000_000);
