import type { Command } from 'commander';
import { DomainError } from '../lib/errors.ts';
import type { Page } from '../lib/schema.ts';
import { type DidarEvent, EVENT_OUTCOMES } from '../modules/events/model.ts';
import { addClientOptions, type ClientOptions, clientFor } from './lib/client-options.ts';
import { followEvents } from './lib/follow-events.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';

interface FilterOptions extends ClientOptions {
  readonly kind?: string;
  readonly actor?: string;
  readonly object?: string;
  readonly room?: string;
  readonly outcome?: string;
}
interface PeriodOptions extends FilterOptions {
  readonly since?: string;
  readonly until?: string;
}

/** `didar event`: list, follow, export. */
export function addEvent(program: Command): void {
  const event = program.command('event').description('What happened, who did it, and what was refused.');

  addPeriod(addFilter(addClientOptions(event.command('list'))))
    .description('Lists events, newest first.')
    .option('--limit <number>', 'how many', '50')
    .action(async (options: PeriodOptions & { limit: string }) => {
      const query = queryOf(options);
      query.set('limit', options.limit);
      const client = await clientFor(options);
      const { items, next } = await client.request<Page<DidarEvent>>('GET', `/api/event?${query}`);
      if (options.json) return printJson(items);
      printTable(
        [
          { title: 'id', value: ({ id }) => id, align: 'right' },
          { title: 'at', value: ({ at }) => at },
          { title: 'kind', value: ({ kind }) => kind },
          { title: 'actor', value: ({ actor }) => actor ?? undefined },
          { title: 'object', value: ({ object }) => object ?? undefined },
          { title: 'room', value: ({ room }) => room ?? undefined },
          { title: 'outcome', value: outcomeOf },
        ],
        items,
        'Nothing of that kind happened.',
      );
      if (next !== null) printNote('There is more: give --limit, --since or --until, or didar event export.');
    });

  addFilter(addClientOptions(event.command('follow')))
    .description('Prints events as they happen, until Ctrl-C.')
    .action(async (options: FilterOptions) => {
      const client = await clientFor(options);
      const ended = new AbortController();
      process.once('SIGINT', () => ended.abort());
      for await (const each of followEvents(client, queryOf(options), ended.signal)) {
        print(options.json ? JSON.stringify(each) : lineOf(each));
      }
    });

  addPeriod(addFilter(addClientOptions(event.command('export'))))
    .description('Prints all events, oldest first, as JSON lines.')
    .action(async (options: PeriodOptions) => {
      const client = await clientFor(options);
      const answer = await client.open(`/api/event/export?${queryOf(options)}`);
      for await (const chunk of answer.body ?? []) await Bun.write(Bun.stdout, chunk);
    });
}

function addFilter(command: Command): Command {
  return command
    .option('--kind <kinds>', 'kinds or prefixes, by comma: room.,participant.left')
    .option('--actor <id>', 'who did it: u_…, t_…, local, server, anyone')
    .option('--object <object>', 'what it happened to: user:u_…, room:NAME')
    .option('--room <room>', 'only of this room')
    .option('--outcome <outcome>', `only ${EVENT_OUTCOMES.join(', ')}`);
}

function addPeriod(command: Command): Command {
  return command
    .option('--since <time>', 'not before, as 2026-01-31 or 2026-01-31T12:00:00Z')
    .option('--until <time>', 'before');
}

function queryOf(options: PeriodOptions): URLSearchParams {
  const { kind, actor, object, room, outcome } = options;
  const given = {
    kind,
    actor,
    object,
    room,
    outcome,
    since: timeOf('since', options.since),
    until: timeOf('until', options.until),
  };
  const words = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return new URLSearchParams(words);
}

function timeOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new DomainError('usage', `--${name} ${text}: not a time.`, {
    fix: 'Give one such as 2026-01-31 or 2026-01-31T12:00:00Z.',
  });
}

function lineOf(event: DidarEvent): string {
  const { at, kind, actor, object, room } = event;
  return [at, kind, actor, object, room, outcomeOf(event)].filter(Boolean).join('  ');
}

/** With the code of what was refused. */
function outcomeOf({ outcome, data }: DidarEvent): string {
  return typeof data.code === 'string' ? `${outcome}: ${data.code}` : outcome;
}
