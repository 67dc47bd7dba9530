import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../../lib/errors.ts';
import { lookUp } from '../../../lib/look-up.ts';
import { createS3 } from '../../../recording/storage/s3.ts';
import { bucketUrl } from '../../../recording/storage/s3-request.ts';
import { type Check, failed, ok, skipped, together, warning } from '../../check.ts';
import type { RecordingOnRecord, Subject } from '../../subject.ts';
import { bucketOf } from './bucket.ts';

const LIMIT_MS = 3_000;
/** As S3 lists 1,000 at a time, a bucket with more takes longer than people wait. */
const MOST_OBJECTS = 5_000;
const SHOWN = 3;
const RECORDING_ID = /^rec_[a-z0-9]+$/;

/** What is stored has a recording, and what a recording lists is stored. */
export const orphansCheck: Check = {
  id: 'recording.orphans',
  title: 'Recordings and their files belong together',
  async run(subject) {
    const { running, config } = subject;
    if (!running) return skipped('Only a running server knows its recordings.');
    const recordings = running.recordingsOnRecord();
    const [disk, bucket] = await Promise.all([
      lookAtDisk(config.recording.dir, recordings),
      lookAtBucket(subject, recordings),
    ]);
    const stray = [...disk.stray, ...bucket.stray];
    const lost = [...disk.lost, ...bucket.lost];
    if (stray.length + lost.length === 0) {
      const files = recordings.reduce((sum, { files }) => sum + files.length, 0);
      return ok(`${recordings.length} recordings, ${files} files${bucket.note}.`);
    }
    return together([
      ...(lost.length > 0 ? [lostFiles(lost)] : []),
      ...(stray.length > 0 ? [strayFiles(stray)] : []),
    ]);
  },
};

interface Found {
  /** Stored without a recording. */
  readonly stray: readonly string[];
  /** Listed by a recording, and not stored. */
  readonly lost: readonly string[];
}

async function lookAtDisk(dir: string, recordings: readonly RecordingOnRecord[]): Promise<Found> {
  const ids = new Set(recordings.map(({ id }) => id));
  const there = await readdir(dir).catch(() => []);
  const stray = there.filter((name) => RECORDING_ID.test(name) && !ids.has(name)).map((id) => join(dir, id));
  const lost: string[] = [];
  for (const { id, isOver, files } of recordings) {
    if (!isOver) continue;
    const names = new Set(await readdir(join(dir, id)).catch(() => []));
    for (const { name, storage } of files) {
      if (storage === 'local' && !names.delete(name)) lost.push(join(dir, id, name));
    }
    stray.push(...[...names].map((name) => join(dir, id, name)));
  }
  return { stray, lost };
}

async function lookAtBucket(
  subject: Subject,
  recordings: readonly RecordingOnRecord[],
): Promise<Found & { readonly note: string }> {
  const settings = await bucketOf(subject);
  const nothing = { stray: [], lost: [], note: '' };
  if (settings === undefined) {
    const away = recordings.flatMap(({ files }) => files.filter(({ storage }) => storage === 's3'));
    return { ...nothing, lost: away.map(({ location }) => `${location} (recording.s3 names no bucket)`) };
  }
  const unlisted = { ...nothing, note: '; the bucket could not be listed' };
  // Where not even its name is known, the check of the bucket says so.
  const isKnown = await lookUp(new URL(bucketUrl(settings)).hostname.replace(/^\[|\]$/g, '')).then(
    () => true,
    () => false,
  );
  if (!isKnown) return unlisted;
  const s3 = createS3({ settings, clock: subject.clock, limitMs: LIMIT_MS, again: false });
  const known = new Map(
    recordings.flatMap(({ files }) =>
      files.filter(({ storage }) => storage === 's3').map(({ location }) => [location, true] as const),
    ),
  );
  const busy = new Set(recordings.filter(({ isOver }) => !isOver).map(({ id }) => id));
  const stray: string[] = [];
  let count = 0;
  try {
    for await (const key of s3.list(settings.prefix)) {
      count += 1;
      if (count > MOST_OBJECTS)
        return { ...nothing, stray: stray.map(named), note: `; only ${MOST_OBJECTS} objects were looked at` };
      const [id = ''] = key.slice(settings.prefix.length).split('/');
      if (!known.delete(key) && RECORDING_ID.test(id) && !busy.has(id)) stray.push(key);
    }
    const begun = new Set(recordings.flatMap(({ files }) => files.flatMap(({ upload }) => upload ?? [])));
    for (const { key, id } of await s3.openUploads(settings.prefix)) {
      const [recording = ''] = key.slice(settings.prefix.length).split('/');
      if (RECORDING_ID.test(recording) && !busy.has(recording) && !begun.has(id))
        stray.push(`${key} (unfinished upload)`);
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // What is wrong with the bucket is said by the check of it.
    return unlisted;
  }
  return {
    stray: stray.map(named),
    lost: [...known.keys()].map(named),
    note: `, ${count} objects in the bucket`,
  };

  function named(key: string): string {
    return `s3://${settings?.bucket}/${key}`;
  }
}

const listed = (paths: readonly string[]) =>
  `${paths.slice(0, SHOWN).join(', ')}${paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : ''}`;

const lostFiles = (paths: readonly string[]) =>
  failed(`Listed by a recording, and not there: ${listed(paths)}.`, {
    fix: 'Bring them back from a backup, or delete their recordings: "didar record delete".',
    key: 'recording.dir',
    trouble: 'recording-file-lost',
  });

const strayFiles = (paths: readonly string[]) =>
  warning(`Stored without a recording: ${listed(paths)}.`, {
    fix: 'Unless "didar job list" shows deletions that wait, or another didar stores there: look at them, then remove them by hand.',
    key: 'recording.dir',
  });
