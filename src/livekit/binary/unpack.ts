import { chmod, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledBinary } from '../../lib/bundle.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';

const NAME = 'livekit-server-';
const HASH_LETTERS = 12;

export interface UnpackOptions {
  readonly dataDir: string;
  readonly binary: BundledBinary;
  readonly log: Logger;
  /**
   * Does the unpacking, as `unpackHere` would. It takes 77 MB of memory that a process does not give back, so the
   * daemon hands in one that runs a short-lived child (`unpackInChild`).
   */
  readonly unpack: (directory: string) => Promise<void>;
}

export interface UnpackedBinary {
  readonly path: string;
  readonly version: string;
}

/** Makes sure that the bundled livekit-server lies in `<data>/bin` under its hash. Only the first start unpacks. */
export async function unpackLiveKit(options: UnpackOptions): Promise<UnpackedBinary> {
  const { binary, log } = options;
  const directory = join(options.dataDir, 'bin');
  const path = pathOf(directory, binary);
  if (!(await isWhole(path, binary))) {
    const started = performance.now();
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await options.unpack(directory);
    if (!(await isWhole(path, binary))) throw failure(directory, 'the unpacked file is not there');
    const ms = Math.round(performance.now() - started);
    log.info('livekit-server unpacked', { path, version: binary.version, ms });
  }
  return { path, version: binary.version };
}

/** Unpacks in a child of the same executable, whose memory ends with it. */
export async function unpackInChild(directory: string): Promise<void> {
  const child = Bun.spawn([process.execPath, 'unpack-livekit', directory], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [errors, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  if (code !== 0)
    throw failure(directory, errors.trim().replace(/^error: /, '') || `the child ended with ${code}`);
}

/**
 * Streams the embedded binary to disk, verifies its hash, and puts it in place in one step (mode 0700); then removes
 * the binaries of earlier versions.
 */
export async function unpackHere(directory: string, binary: BundledBinary): Promise<void> {
  const path = pathOf(directory, binary);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const packed = Bun.file(binary.asset).stream();
    // the DOM's types know no zstd yet, Bun does
    const unpacking = new DecompressionStream('zstd' as CompressionFormat);
    await Bun.write(temporary, new Response(packed.pipeThrough(unpacking)));
    const hash = await hashOf(temporary);
    if (hash !== binary.sha256) throw new Error(`its hash is ${hash}, not ${binary.sha256}`);
    await chmod(temporary, 0o700);
    await flush(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw failure(directory, messageOf(error), error);
  }
  await removeOthers(directory, path);
}

/** Where in `<data>/bin` it lies once it is unpacked. */
export function pathOf(directory: string, binary: BundledBinary): string {
  return join(directory, `${NAME}${binary.sha256.slice(0, HASH_LETTERS)}`);
}

/** The name says what it holds, and it was put there whole; the size is a cheap guard against a damaged disk. */
async function isWhole(path: string, binary: BundledBinary): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === binary.size;
}

async function hashOf(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256');
  for await (const chunk of Bun.file(path).stream()) hasher.update(chunk);
  return hasher.digest('hex');
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

async function removeOthers(directory: string, kept: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (name.startsWith(NAME) && path !== kept) await rm(path, { force: true });
  }
}

function failure(directory: string, reason: string, cause?: unknown): DomainError {
  return new DomainError(
    'unpack_failed',
    `livekit-server could not be unpacked into ${directory}: ${reason}`,
    {
      fix: 'make room (60 MB) and make the directory writable, or set livekit.binary to a livekit-server',
      cause,
    },
  );
}
