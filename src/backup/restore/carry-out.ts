import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DataDir } from '../../config/data-dir.ts';
import { writeFileAtomic } from '../../lib/atomic-file.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import { giveToOwner } from '../give-to-owner.ts';
import { namesIn } from './place.ts';
import { type RestorePlan, readPlan } from './plan.ts';
import { STAGE } from './stage.ts';

/** Does one change; for tests that end the process between two of them. */
export type Step = (change: () => Promise<unknown>) => Promise<unknown>;

const atOnce: Step = (change) => change();

/**
 * Does what a plan says, whatever of it was done before: each change is there or not, and the order tells which. The
 * plan goes last.
 *
 * @throws DomainError `restore_unfinished`; the plan stays, and the next start goes on
 */
export async function carryOut(plan: RestorePlan, dataDir: DataDir, step: Step = atOnce): Promise<void> {
  const { config, moves, keptAside, stages, made } = plan;
  try {
    if (config && (await isThere(config.from))) {
      await mkdir(dirname(config.to), { recursive: true });
      const text = await readFile(config.from);
      await step(() => writeFileAtomic(config.to, text));
    }
    for (const directory of keptAside) await step(() => mkdir(directory, { recursive: true, mode: 0o700 }));
    for (const { kind, from, to } of moves) {
      const isDone = kind === 'aside' ? await isThere(to) : !(await isThere(from));
      if (!isDone) await step(() => rename(from, to));
      if (!(await isThere(to))) throw new Error(`${from} is lost`);
    }
    await giveToOwner(dataDir.path, made);
    for (const stage of stages) await step(() => rm(stage, { recursive: true, force: true }));
    await step(() => rm(dataDir.restorePlan, { force: true }));
  } catch (error) {
    throw unfinished(dataDir, error);
  }
}

/**
 * Completes a restore that was cut short in its last moments, and throws away what one left that was cut short
 * before: to be called under the lock of the data directory, before anything there is looked at.
 *
 * @throws DomainError `restore_unfinished`
 */
export async function finishRestore(
  dataDir: DataDir,
  recordingDir: string,
  { log, step }: { readonly log: Logger; readonly step?: Step },
): Promise<void> {
  const plan = await readPlan(dataDir.restorePlan).catch((error: unknown) => {
    throw unfinished(dataDir, error);
  });
  if (plan) {
    await carryOut(plan, dataDir, step);
    log.warn('a restore that was cut short is complete now', { keptAside: [...plan.keptAside] });
  }
  const halfPlan = `${basename(dataDir.restorePlan)}.`;
  for (const directory of new Set([dataDir.path, recordingDir])) {
    for (const name of await namesIn(directory))
      if (name.startsWith(STAGE) || name.startsWith(halfPlan))
        await rm(join(directory, name), { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  // A directory that is made for what is to come is not there yet.
  return found !== undefined && (!found.isDirectory() || (await readdir(path)).length > 0);
}

function unfinished({ path, restorePlan }: DataDir, cause: unknown): DomainError {
  return new DomainError(
    'restore_unfinished',
    `A restore into ${path} is not complete: ${messageOf(cause)}`,
    {
      fix: `Mend that and start the server, or restore again: it goes on where it stopped. What is left to do stands in ${restorePlan}.`,
      cause,
    },
  );
}
