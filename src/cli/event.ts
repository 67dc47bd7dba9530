import type { Command } from 'commander';
import type { Page } from '../lib/schema.ts';
import type { DidarEvent } from '../modules/events/model.ts';
import type { ApiClient } from './lib/api-client.ts';
import { addClientOptions, clientFor } from './lib/client-options.ts';
import {
  addFilter,
  addPeriod,
  type FilterOptions,
  numberOf,
  type PeriodOptions,
  queryOf,
} from './lib/event-filter.ts';
import { followEvents } from './lib/follow-events.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';

const MAX_PAGE = 500;

/** `didar event`: list, follow, export. */
export function addEvent(program: Command): void {
  const event = program.command('event').description('What happened, who did it, and what was refused.');

  addPeriod(addFilter(addClientOptions(event.command('list'))))
    .description('Lists events, newest first.')
    .option('--limit <number>', 'how many', numberOf, 50)
    .action(async (options: PeriodOptions & { limit: number }) => {
      const { items, next } = await newest(await clientFor(options), queryOf(options), options.limit);
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
    .description(
      'Prints events as they happen, until Ctrl-C; those that are not stored, as livekit.log, by --kind only.',
    )
    .action(async (options: FilterOptions) => {
      const client = await clientFor(options);
      const ended = new AbortController();
      process.once('SIGINT', () => ended.abort());
      for await (const each of followEvents(client, queryOf(options), ended.signal)) {
        if (each.id === 0 && options.kind === undefined) continue;
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

/** The newest that match, by as many pages as it takes. */
async function newest(client: ApiClient, query: URLSearchParams, limit: number): Promise<Page<DidarEvent>> {
  const items: DidarEvent[] = [];
  let next: string | null = null;
  do {
    query.set('limit', String(Math.min(limit - items.length, MAX_PAGE)));
    if (next !== null) query.set('cursor', next);
    const page: Page<DidarEvent> = await client.request('GET', `/api/event?${query}`);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < limit);
  return { items, next };
}

function lineOf(event: DidarEvent): string {
  const { at, kind, actor, object, room } = event;
  return [at, kind, actor, object, room, outcomeOf(event)].filter(Boolean).join('  ');
}

/** With the code of what was refused. */
function outcomeOf({ outcome, data }: DidarEvent): string {
  return typeof data.code === 'string' ? `${outcome}: ${data.code}` : outcome;
}
