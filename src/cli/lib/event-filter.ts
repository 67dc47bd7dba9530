import { type Command, InvalidArgumentError, Option } from 'commander';
import { DomainError } from '../../lib/errors.ts';
import { suggest } from '../../lib/suggest.ts';
import { EVENT_KINDS, EVENT_OUTCOMES } from '../../modules/events/model.ts';
import type { ClientOptions } from './client-options.ts';

export interface FilterOptions extends ClientOptions {
  readonly kind?: string;
  readonly actor?: string;
  readonly object?: string;
  readonly room?: string;
  readonly outcome?: string;
}
export interface PeriodOptions extends FilterOptions {
  readonly since?: string;
  readonly until?: string;
}

/** Adds what a list of events can be narrowed by. */
export function addFilter(command: Command): Command {
  return command
    .option('--kind <kinds>', 'kinds or prefixes, by comma: room.,participant.left')
    .option('--actor <id>', 'who did it: u_…, t_…, local, server, anyone')
    .option('--object <object>', 'what it happened to: user:u_…, room:NAME')
    .option('--room <room>', 'only of this room')
    .addOption(new Option('--outcome <outcome>', 'only those that ended so').choices(EVENT_OUTCOMES));
}

/** Adds from when to when. */
export function addPeriod(command: Command): Command {
  return command
    .option('--since <time>', 'not before, as 2026-01-31 or 2026-01-31T12:00:00Z')
    .option('--until <time>', 'before');
}

/** As `GET /api/event` takes it. Throws `usage` for what is no kind, or no time. */
export function queryOf(options: PeriodOptions): URLSearchParams {
  const { kind, actor, object, room, outcome } = options;
  if (kind !== undefined) for (const each of kind.split(',')) refuseUnknown(each);
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

/** A kind that there isn't matches nothing, which would look as if nothing had happened. */
function refuseUnknown(kind: string): void {
  if (EVENT_KINDS.some((known) => (kind.endsWith('.') ? known.startsWith(kind) : known === kind))) return;
  const areas = [...new Set(EVENT_KINDS.map((known) => known.slice(0, known.indexOf('.') + 1)))];
  const near = suggest(kind, [...EVENT_KINDS, ...areas]);
  throw new DomainError('usage', `--kind ${kind}: there is no such kind of event.`, {
    fix: near === undefined ? `Give one, or all of an area: ${areas.join(' ')}` : `Did you mean ${near}?`,
  });
}

/** A whole number above 0, as an option. */
export function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number above 0.');
}
