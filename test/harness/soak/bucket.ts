import { existsSync, readdirSync } from 'node:fs';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Recording } from '../../../src/modules/recordings/model.ts';
import { sha256Of } from '../../../src/modules/recordings/process.ts';
import { createS3 } from '../../../src/recording/storage/s3.ts';
import { objectKey } from '../../../src/recording/storage/settings.ts';
import type { Versitygw } from '../../fixtures/versitygw/versitygw.ts';

const BACKUPS = 'backups/';

/** What is wrong with a bucket in the end: a file that is missing, half or changed, and what nobody knows of. */
export async function bucketFaults(
  { settings, objects }: Versitygw,
  recordings: readonly Recording[],
  backupDir: string,
): Promise<string[]> {
  const s3 = createS3({ settings, clock: systemClock });
  const faults: string[] = [];
  const expected = new Set(readdirSync(backupDir).map((name) => `${settings.prefix}${BACKUPS}${name}`));
  for (const { id, state, files } of recordings) {
    if (state !== 'done') continue;
    if (files.length === 0) faults.push(`${id} is done without a file`);
    for (const { name, sha256, storage } of files) {
      const key = objectKey(settings, id, name);
      const path = `${objects}/${key}`;
      expected.add(key);
      if (storage !== 's3') faults.push(`${key} is still on the disk`);
      else if (!existsSync(path)) faults.push(`${key} is not there`);
      else if ((await sha256Of(path)) !== sha256) faults.push(`${key} has other bytes`);
    }
  }
  const there = await Array.fromAsync(s3.list(settings.prefix));
  for (const key of there) if (!expected.has(key)) faults.push(`nobody knows of ${key}`);
  for (const key of expected) if (!there.includes(key)) faults.push(`${key} is not listed`);
  for (const { key } of await s3.openUploads('')) faults.push(`${key} was begun and never ended`);
  return faults;
}

/** What lies in a directory that nothing explains, with what is in it. */
export function strayFiles(dir: string, known: readonly string[]): string[] {
  const strays = readdirSync(dir, { withFileTypes: true }).filter(({ name }) => !known.includes(name));
  return strays.map((entry) =>
    entry.isDirectory()
      ? `${entry.name}: ${readdirSync(`${dir}/${entry.name}`).join(' ') || 'empty'}`
      : entry.name,
  );
}
