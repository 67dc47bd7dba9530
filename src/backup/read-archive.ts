import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { DomainError, messageOf } from '../lib/errors.ts';
import {
  type BackupHeader,
  type BackupSummary,
  FORMAT,
  HEADER_NAME,
  isKnownName,
  type StoredFile,
  SUMS_NAME,
} from './contents.ts';

/** What is done with a backup while it is read; nothing of it is proved to be right before the end. */
export interface ArchiveReader {
  /** Told first; what it throws ends the reading. */
  readonly onHeader?: (header: BackupHeader) => Promise<void> | void;
  /** Takes one piece of a file; they come in order, and the first one of each file may be empty. */
  readonly onPiece?: (name: string, piece: Uint8Array, isFirst: boolean) => Promise<void>;
}

const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * Reads a backup to its end and compares every file with what was noted when it was made.
 *
 * @throws DomainError `backup_invalid` for what is no backup, `backup_newer` for a format we don't know,
 *   `backup_damaged` for one that is cut short or changed, and what the reader throws
 */
export async function readArchive(
  stream: ReadableStream<Uint8Array>,
  reader: ArchiveReader = {},
): Promise<BackupSummary> {
  let header: BackupHeader | undefined;
  let sums: readonly StoredFile[] | undefined;
  const files: StoredFile[] = [];
  try {
    const entries = stream.pipeThrough(unpacking()).pipeThrough(createTarDecoder({ strict: true }));
    for await (const entry of entries) {
      const { name } = entry.header;
      if (!header) {
        header = headerOf(name, await textOf(entry));
        await reader.onHeader?.(header);
      } else if (name === SUMS_NAME) {
        sums = (JSON.parse(await textOf(entry)) as { files: StoredFile[] }).files;
      } else {
        if (entry.header.type !== 'file' || !isKnownName(name)) throw foreign(name);
        files.push(await take(entry, reader));
      }
    }
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw header ? damaged(messageOf(error), error) : noBackup(error);
  }
  if (!header) throw noBackup();
  if (!sums) throw damaged('it ends too early');
  compare(files, sums);
  return { header, files };
}

/** Its types take more than it is given, which the pipe's don't allow. */
function unpacking() {
  return new DecompressionStream('zstd' as CompressionFormat) as unknown as TransformStream<
    Uint8Array,
    Uint8Array<ArrayBuffer>
  >;
}

async function take({ header: { name }, body }: ParsedTarEntry, reader: ArchiveReader): Promise<StoredFile> {
  const hash = new Bun.CryptoHasher('sha256');
  let bytes = 0;
  await onPiece(new Uint8Array(), true);
  for await (const piece of body) {
    hash.update(piece);
    bytes += piece.length;
    await onPiece(piece, false);
  }
  return { name, bytes, sha256: hash.digest('hex') };

  /** A full disk here is none of the backup's damages. */
  async function onPiece(piece: Uint8Array, isFirst: boolean): Promise<void> {
    await reader.onPiece?.(name, piece, isFirst).catch((error: unknown) => {
      throw error instanceof DomainError ? error : unwritable(name, error);
    });
  }
}

async function textOf({ header: { size }, body }: ParsedTarEntry): Promise<string> {
  if (size > MOST_TEXT_BYTES) throw noBackup();
  return new Response(body).text();
}

function headerOf(name: string, text: string): BackupHeader {
  if (name !== HEADER_NAME) throw noBackup();
  const header = JSON.parse(text) as BackupHeader;
  if (typeof header.format !== 'number' || typeof header.schema !== 'number') throw noBackup();
  if (header.format <= FORMAT) return header;
  throw new DomainError('backup_newer', `The backup was made by a newer didar (${header.didar}).`, {
    fix: `Restore it with didar ${header.didar} or newer.`,
  });
}

function compare(files: readonly StoredFile[], sums: readonly StoredFile[]): void {
  for (const [i, noted] of sums.entries()) {
    const found = files[i];
    if (found?.name !== noted.name) throw damaged(`${noted.name} is missing`);
    if (found.bytes !== noted.bytes || found.sha256 !== noted.sha256) {
      throw damaged(`${noted.name} is not what was put in`);
    }
  }
  if (files.length !== sums.length) throw damaged('it holds more than was put in');
}

const noBackup = (cause?: unknown) =>
  new DomainError('backup_invalid', 'This is no backup of didar.', {
    fix: 'Give a file that `didar backup` made.',
    cause,
  });
const damaged = (what: string, cause?: unknown) =>
  new DomainError('backup_damaged', `The backup is damaged: ${what}.`, {
    fix: 'Copy the file again from where it was made, or take another backup.',
    cause,
  });
const foreign = (name: string) =>
  new DomainError(
    'backup_invalid',
    `The backup holds ${JSON.stringify(name)}, which no backup of ours does.`,
    {
      fix: 'Do not use it: someone made or changed it.',
    },
  );
const unwritable = (name: string, cause: unknown) =>
  new DomainError('restore_failed', `${name} could not be written: ${messageOf(cause)}`, {
    fix: 'Make room on the disk, and restore again.',
    cause,
  });
