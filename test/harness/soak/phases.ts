import { BACKUP_JOB } from '../../../src/modules/backups/status.ts';
import type { Job } from '../../../src/modules/jobs/model.ts';
import type { Recording } from '../../../src/modules/recordings/model.ts';
import { PROCESS_JOB } from '../../../src/modules/recordings/recordings.ts';
import { UPLOAD_JOB } from '../../../src/modules/recordings/upload.ts';
import type { Didar } from '../didar.ts';
import type { Journal } from './journal.ts';
import { ask } from './load.ts';
import type { Receiver } from './receiver.ts';
import type { Wreck } from './wreck.ts';

/** What a server may be in the middle of when it is killed. */
export const PHASES = [
  'starting',
  'writing',
  'joining',
  'recording',
  'composing',
  'uploading',
  'backing up',
  'delivering',
] as const;
export type Phase = (typeof PHASES)[number];

const LOOK_EVERY_MS = 10;
const JOB_OF: Partial<Record<Phase, string>> = {
  composing: PROCESS_JOB,
  uploading: UPLOAD_JOB,
  'backing up': BACKUP_JOB,
};

export interface Scene {
  readonly didar: Didar;
  readonly journal: Journal;
  readonly receiver: Receiver;
}

/** Waits until the server is in the middle of that, for `limitMs` at most. */
export async function waitForPhase(phase: Phase, scene: Scene, limitMs: number): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!(await isIn(phase, scene)) && performance.now() < limit) await Bun.sleep(LOOK_EVERY_MS);
}

async function isIn(phase: Phase, { didar, journal, receiver }: Scene): Promise<boolean> {
  switch (phase) {
    case 'writing':
      return journal.underWay.write > 0;
    case 'joining':
      return journal.underWay.join > 0;
    case 'delivering':
      return receiver.underWay > 0;
    case 'recording':
      return someIn<Recording>(didar, '/api/recording?state=recording&limit=1');
    default:
      return someIn<Job>(didar, `/api/job?state=running&kind=${JOB_OF[phase]}&limit=1`);
  }
}

async function someIn<T>(didar: Didar, path: string): Promise<boolean> {
  const listed = await ask<{ items: T[] }>(didar, path);
  return listed?.status === 200 && listed.body.items.length > 0;
}

/** What was under way in the moment of the kill, by those who asked and by what the database says of it. */
export function phasesOf(asked: ReadonlySet<Phase>, wreck: Wreck): Set<Phase> {
  const found = new Set(asked);
  if (wreck.recordings > 0) found.add('recording');
  for (const phase of PHASES) if (wreck.running.includes(JOB_OF[phase] ?? '')) found.add(phase);
  return found;
}

/** What those who asked for something waited for. */
export function askedNow({ journal, receiver }: Scene): Set<Phase> {
  return new Set<Phase>([
    ...(journal.underWay.write > 0 ? (['writing'] as const) : []),
    ...(journal.underWay.join > 0 ? (['joining'] as const) : []),
    ...(receiver.underWay > 0 ? (['delivering'] as const) : []),
  ]);
}
