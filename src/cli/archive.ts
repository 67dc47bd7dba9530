import type { Command } from 'commander';
import type { BackupFault, BackupMade, BackupOrder } from '../backup/backup-order.ts';
import { createBackup } from '../backup/create-backup.ts';
import { saveBackup } from '../backup/save-backup.ts';
import { systemClock } from '../lib/clock.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { readLines } from '../supervisor/lines.ts';

/** `didar archive`: the daemon's child that makes a backup. */
export function addArchive(program: Command): void {
  program
    .command('archive', { hidden: true })
    .description(
      'Makes a backup; its order comes on standard input, which stays open as long as it is wanted.',
    )
    .action(async () => {
      const order = Promise.withResolvers<string>();
      const unwanted = Promise.withResolvers<never>();
      void readLines(Bun.stdin.stream(), order.resolve).finally(() => {
        order.resolve('');
        unwanted.reject(new DomainError('cancelled', 'Nobody wants the backup any more.'));
      });
      try {
        await carryOut(JSON.parse(await order.promise), unwanted.promise);
        process.exit(EXIT.done);
      } catch (error) {
        process.stderr.write(`${JSON.stringify(faultOf(error))}\n`, () => process.exit(EXIT.failed));
      }
    });
}

async function carryOut({ subject, save }: BackupOrder, unwanted: Promise<never>): Promise<void> {
  const backup = await createBackup(subject, systemClock);
  try {
    await Promise.race([save ? saveTo(backup.stream, save) : writeOut(backup.stream), unwanted]);
  } finally {
    await backup.dispose();
  }
}

async function saveTo(
  stream: ReadableStream<Uint8Array>,
  save: NonNullable<BackupOrder['save']>,
): Promise<void> {
  const { bytes, files } = await saveBackup(stream, save);
  const made: BackupMade = { bytes, files: files.length };
  await write(JSON.stringify(made));
}

async function writeOut(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const piece of stream) await write(piece);
}

/** Resolves when it is taken: who reads slowly must not fill our memory. */
function write(piece: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

function faultOf(error: unknown): BackupFault {
  if (!(error instanceof DomainError)) return { code: 'backup_failed', message: messageOf(error) };
  const { code, message, fix } = error;
  return { code, message, fix };
}
