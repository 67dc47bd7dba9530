import { chmod, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../../lib/atomic-file.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Machine } from './machine.ts';
import { SERVICE } from './places.ts';

/** One thing that an installation does to a machine. */
export type Step =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number; readonly owner?: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly mode: number;
      readonly content: string;
      readonly owner?: string;
      /** Makes the directory that it is in, if need be. */
      readonly isInNewDirectory?: boolean;
    }
  /** `from` is a path of this machine, also where the target is an image. */
  | { readonly kind: 'copy'; readonly path: string; readonly from: string; readonly mode: number }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'command'; readonly command: readonly string[] };

export function command(...words: readonly string[]): Step {
  return { kind: 'command', command: words };
}

export function systemctl(...words: readonly string[]): Step {
  return command('systemctl', ...words);
}

/** Does it; a file is there whole or not at all. @throws DomainError `step_failed` with what a command said. */
export async function doStep(step: Step, machine: Machine): Promise<void> {
  if (step.kind === 'command') return runOrFail(machine, step.command);
  const path = join(machine.root, step.path);
  switch (step.kind) {
    case 'directory':
      await mkdir(path, { recursive: true, mode: step.mode });
      await chmod(path, step.mode);
      break;
    case 'file':
      if (step.isInNewDirectory) await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, step.content, step.mode);
      break;
    case 'copy':
      await copyAtomic(step.from, path, step.mode);
      return;
    case 'remove':
      await rm(path, { recursive: true, force: true });
      return;
  }
  if (step.owner !== undefined) await runOrFail(machine, ['chown', step.owner, step.path]);
}

/** As a line of a plan: with the verb of what will be done. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'directory':
      return `make    ${step.path}/ (${rights(step)})`;
    case 'file':
      return `write   ${step.path} (${rights(step)})`;
    case 'copy':
      return `copy    ${step.from} to ${step.path} (${rights(step)})`;
    case 'remove':
      return `remove  ${step.path}`;
    case 'command':
      return `run     ${step.command.map(quoted).join(' ')}`;
  }
}

/** So that a line can be given to a shell as it is. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function rights({ mode, owner = 'root:root' }: { readonly mode: number; readonly owner?: string }): string {
  return `${owner}, ${mode.toString(8).padStart(4, '0')}`;
}

/** Beside the target, then over it: a program that runs keeps its own file, and a power cut leaves the old or the new. */
async function copyAtomic(from: string, to: string, mode: number): Promise<void> {
  const temporary = `${to}.new`;
  try {
    await copyFile(from, temporary);
    await chmod(temporary, mode);
    const file = await open(temporary, 'r');
    await file.sync().finally(() => file.close());
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** In its own words: those of systemctl are that there are some in the journal. */
async function notStarted(machine: Machine): Promise<DomainError> {
  const words = ['journalctl', '--unit', SERVICE, '--no-pager', '--quiet', '--output=cat', '--lines=10'];
  const { said } = await machine.run(words);
  return new DomainError('service_not_started', `the service does not start; its log ends with:\n${said}`, {
    fix: `mend that, and then: systemctl restart ${SERVICE}`,
  });
}

async function runOrFail(machine: Machine, command: readonly string[]): Promise<void> {
  const { code, said } = await machine.run(command);
  if (code === 0) return;
  if (command[0] === 'systemctl' && command[1] === 'start') throw await notStarted(machine);
  throw new DomainError('step_failed', `${command.join(' ')} ended with ${code}: ${said}`, {
    fix: 'mend that and give the same command again: what is done already is not done twice',
  });
}
