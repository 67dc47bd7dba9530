// tar without dependencies, streamed, with sizes beyond 8 GB (pax): https://github.com/ayuhito/modern-tar
import { createTarPacker, type TarPackController } from 'modern-tar';
import { DomainError } from '../lib/errors.ts';
import { type BackupHeader, HEADER_NAME, type StoredFile, SUMS_NAME } from './contents.ts';

/** A file that goes into a backup. */
export interface SourceFile {
  readonly name: string;
  /** Where it is now, absolute. */
  readonly path: string;
}

export interface ArchiveContents {
  readonly header: BackupHeader;
  /** In this order. Those that are gone by the time they are read are left out. */
  readonly files: AsyncIterable<SourceFile> | Iterable<SourceFile>;
}

const PRIVATE = 0o600;

/**
 * A backup as a stream of bytes: tar in zstd, which `zstd -d | tar t` reads too. A file that grows meanwhile, as a
 * recording under way, is taken as long as it was when its turn came. Only the chunk under way is in memory.
 */
export function writeArchive({ header, files }: ArchiveContents): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  void fill(controller, header, files).catch((error: unknown) => controller.error(error));
  return readable.pipeThrough(new CompressionStream('zstd' as CompressionFormat));
}

async function fill(
  tar: TarPackController,
  header: BackupHeader,
  files: ArchiveContents['files'],
): Promise<void> {
  await addText(tar, HEADER_NAME, header);
  const sums: StoredFile[] = [];
  for await (const file of files) {
    const stored = await addFile(tar, file);
    if (stored) sums.push(stored);
  }
  await addText(tar, SUMS_NAME, { files: sums });
  tar.finalize();
}

async function addText(tar: TarPackController, name: string, value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
  const writer = tar.add({ name, size: bytes.length, mode: PRIVATE }).getWriter();
  await writer.write(bytes);
  await writer.close();
}

async function addFile(tar: TarPackController, { name, path }: SourceFile): Promise<StoredFile | undefined> {
  const file = Bun.file(path);
  const found = await file.stat().catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found?.isFile()) return undefined;
  const { size, mtime } = found;
  const writer = tar.add({ name, size, mtime, mode: PRIVATE }).getWriter();
  const hash = new Bun.CryptoHasher('sha256');
  let bytes = 0;
  for await (const chunk of file.slice(0, size).stream()) {
    bytes += chunk.length;
    hash.update(chunk);
    await writer.write(chunk);
  }
  if (bytes !== size) throw shortened(path);
  await writer.close();
  return { name, bytes, sha256: hash.digest('hex') };
}

const shortened = (path: string) =>
  new DomainError('backup_failed', `${path} became shorter while it was read.`, {
    fix: 'Make the backup again.',
  });
