import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../lib/atomic-file.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import type { BackupSummary } from './contents.ts';
import { type Sealing, seal } from './encryption.ts';
import { readArchive } from './read-archive.ts';

export interface SaveOptions extends Sealing {
  /** A file that is there is replaced, in the moment when the new one is complete. */
  readonly path: string;
}

export interface SavedBackup extends BackupSummary {
  readonly path: string;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Writes a backup into a file of mode 0600, which appears when it is whole: each file in it was read again out of
 * what was written, and compared.
 *
 * @throws DomainError `backup_unwritable`, and those of `readArchive` for a stream that is cut short
 */
export async function saveBackup(
  stream: ReadableStream<Uint8Array>,
  { path, ...sealing }: SaveOptions,
): Promise<SavedBackup> {
  const checked = checking(stream);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const bytes = await write(await seal(checked.stream, sealing), temporary).catch(
      async (error: unknown) => {
        throw (await checked.faultBefore(error)) ?? explain(path, error);
      },
    );
    const summary = await checked.summary;
    await rename(temporary, path);
    await syncDirectory(dirname(path));
    return { ...summary, path, bytes };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The stream as it is, read as a backup on the way. */
function checking(stream: ReadableStream<Uint8Array>) {
  const copy = new TransformStream<Uint8Array, Uint8Array>();
  const summary = readArchive(copy.readable);
  // Looked at in the end; until then it must not count as unhandled.
  summary.catch(() => undefined);
  const writer = copy.writable.getWriter();
  writer.closed.catch(() => undefined);
  const passed = stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(piece, controller) {
        await writer.write(piece);
        controller.enqueue(piece);
      },
      flush: () => writer.close(),
    }),
  );
  return {
    stream: passed,
    summary,
    /** What was found wrong with the backup, if that is why writing it ended with an error. */
    async faultBefore(error: unknown): Promise<DomainError | undefined> {
      await writer.abort(error).catch(() => undefined);
      const fault = await summary.then(
        () => undefined,
        (found: unknown) => found,
      );
      return fault instanceof DomainError && fault.cause !== error ? fault : undefined;
    },
  };
}

async function write(stream: ReadableStream<Uint8Array>, path: string): Promise<number> {
  const file = await open(path, 'wx', 0o600).catch(async (error: unknown) => {
    await stream.cancel().catch(() => undefined);
    throw error;
  });
  let bytes = 0;
  try {
    for await (const piece of stream) {
      await file.writeFile(piece);
      bytes += piece.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

function explain(path: string, error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  // What the file system says has one; the rest comes from where the backup is made.
  if ((error as NodeJS.ErrnoException).syscall === undefined) {
    return new DomainError('backup_failed', `The backup broke off: ${messageOf(error)}`, {
      fix: "Make it again; if it lasts, the server's log says more.",
      cause: error,
    });
  }
  return new DomainError('backup_unwritable', `The backup can't be written to ${path}: ${messageOf(error)}`, {
    fix: 'Name a file in a directory that exists, that you may write to, and that has room.',
    cause: error,
  });
}
