import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createFileAtomic } from '../lib/atomic-file.ts';
import { systemClock } from '../lib/clock.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import { scrub } from '../lib/scrub.ts';
import { type Section, sections } from './bugreport/sections.ts';
import { addClientOptions, type ClientOptions } from './lib/client-options.ts';
import { print, printJson, printNote } from './lib/output.ts';

/** `didar bugreport`: all that somebody who is to help will ask for, in one file. */
export function addBugreport(program: Command): void {
  addClientOptions(program.command('bugreport').argument('[file]'))
    .description(
      'Writes versions, configuration, doctor, state, logs and metrics into one file, without secrets; also where no daemon runs.',
    )
    .action(write);
}

interface Part {
  readonly title: string;
  readonly text: string;
  /** Why it is not there. */
  readonly missing?: string;
}

async function write(given: string | undefined, options: ClientOptions): Promise<void> {
  const at = new Date(systemClock.now()).toISOString();
  const file = resolve(given ?? `didar-bugreport-${at.slice(0, 19).replace(/\D/g, '')}.txt`);
  const parts = await Promise.all(sections(options).map(partOf));
  const text = parts.map(({ title, text }) => `===== ${title} =====\n${text.trim()}\n`).join('\n');
  if (!(await createFileAtomic(file, `didar bug report, ${at}\n\n${text}`).catch(unwritable))) {
    throw new DomainError('file_exists', `${file} is there already.`, { fix: 'Give another name.' });
  }
  if (options.json) {
    printJson({
      file,
      parts: parts.map(({ title, text, missing }) => ({ title, bytes: text.length, missing })),
    });
    return;
  }
  print(file);
  for (const { title, text, missing } of parts) {
    printNote(
      `  ${title.padEnd(24)} ${missing === undefined ? `${text.length} bytes` : `not there: ${missing}`}`,
    );
  }
  printNote(
    'Passwords, keys, tokens and e-mail addresses are taken out; names of rooms and people, and IP addresses, are not.\nRead it before you pass it on.',
  );
}

async function partOf({ title, read }: Section): Promise<Part> {
  try {
    return { title, text: scrub(await read()) };
  } catch (error) {
    const fix = error instanceof DomainError && error.fix !== undefined ? ` (${error.fix})` : '';
    const missing = scrub(messageOf(error) + fix);
    return { title, text: `not there: ${missing}`, missing };
  }
}

function unwritable(error: unknown): never {
  throw new DomainError('file_unwritable', `The report cannot be written: ${messageOf(error)}`, {
    fix: 'Name a file in a directory that you may write to.',
    cause: error,
  });
}
