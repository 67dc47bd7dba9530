import type { Command } from 'commander';
import { DomainError } from '../lib/errors.ts';
import type { Page } from '../lib/schema.ts';
import { JOB_STATES, type Job } from '../modules/jobs/model.ts';
import { allPages } from './lib/all-pages.ts';
import { addClientOptions, type ClientOptions, clientFor } from './lib/client-options.ts';
import { print, printJson, printTable } from './lib/output.ts';

interface ListOptions extends ClientOptions {
  readonly state?: string;
  readonly kind?: string;
}

/** `didar job`: list, show, retry, cancel. */
export function addJob(program: Command): void {
  const job = program
    .command('job')
    .description('What is done in the background, through the running daemon; for admins.');

  addClientOptions(job.command('list'))
    .description('Lists jobs, newest first; finished ones are kept for 30 days.')
    .option('--state <state>', `only these: ${JOB_STATES.join(', ')}`)
    .option('--kind <kind>', 'only these, such as process_recording')
    .action(async (options: ListOptions) => {
      const jobs = await list(options);
      if (options.json) return printJson(jobs);
      printTable(
        [
          { title: 'job', value: (j) => j.id },
          { title: 'kind', value: (j) => j.kind },
          { title: 'about', value: aboutOf },
          { title: 'state', value: stateOf },
          { title: 'tries', value: (j) => `${j.attempts}/${j.maxAttempts}`, align: 'right' },
          { title: 'made', value: (j) => j.createdAt },
          { title: 'error', value: (j) => j.error?.code },
        ],
        jobs,
        'Nothing to do, and nothing was done.',
      );
    });

  for (const [command, description, send] of [
    ['show', 'Shows a job, and why it failed.', (id) => ['GET', pathOf(id)]],
    [
      'retry',
      'Runs a failed or cancelled job again, or a waiting one now.',
      (id) => ['POST', `${pathOf(id)}/retry`],
    ],
    ['cancel', 'Takes a job out of the queue, or ends it.', (id) => ['POST', `${pathOf(id)}/cancel`]],
  ] as [string, string, (id: string) => ['GET' | 'POST', string]][]) {
    addClientOptions(job.command(command).argument('<job>'))
      .description(description)
      .action(async (id: string, options: ClientOptions) => {
        const client = await clientFor(options);
        printJob(await client.request<Job>(...send(id)), options);
      });
  }
}

async function list(options: ListOptions): Promise<Job[]> {
  const { state, kind } = options;
  if (state !== undefined && !(JOB_STATES as readonly string[]).includes(state)) {
    throw new DomainError('usage', `--state ${state}: there is no such state.`, {
      fix: `Give one of ${JOB_STATES.join(', ')}.`,
    });
  }
  const filter = new URLSearchParams({ limit: '500', ...(state && { state }), ...(kind && { kind }) });
  const client = await clientFor(options);
  return allPages((cursor) => client.request<Page<Job>>('GET', `/api/job?${filter}&${cursor}`));
}

function printJob(job: Job, options: ClientOptions): void {
  if (options.json) {
    printJson(job);
    return;
  }
  print(`${job.id}  ${job.kind}`);
  print(`  about   ${aboutOf(job)}`);
  print(`  state   ${stateOf(job)}`);
  print(`  tries   ${job.attempts} of ${job.maxAttempts}`);
  if (job.state === 'queued') print(`  next    ${job.runAt}`);
  if (job.error) print(`  error   ${job.error.message}`);
  if (job.error?.fix) print(`  fix     ${job.error.fix}`);
}

function stateOf({ state, progress }: Job): string {
  return state === 'running' ? `${state} ${Math.round(progress * 100)} %` : state;
}

/** What a job is about: ids in what it was given. */
function aboutOf({ payload }: Job): string {
  return Object.values(payload)
    .filter((value) => typeof value === 'string')
    .join(' ');
}

function pathOf(id: string): string {
  return `/api/job/${encodeURIComponent(id)}`;
}
