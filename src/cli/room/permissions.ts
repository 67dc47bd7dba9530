import type { Command } from 'commander';
import { TRACK_SOURCES } from '../../access/permissions.ts';
import { DomainError } from '../../lib/errors.ts';

/** Options that say what someone may do with media. */
export interface PermissionOptions {
  readonly publish?: string;
  readonly subscribe?: string;
  readonly sendData?: string;
}

export function addPermissionOptions(command: Command): Command {
  return command
    .option('--publish <sources>', `by comma, or "none": ${TRACK_SOURCES.join(',')}`)
    .option('--subscribe <yes|no>', 'may see and hear others')
    .option('--send-data <yes|no>', 'may send data messages');
}

/** What these options say, as the API takes it; what isn't said is undefined. */
export function permissionsOf({ publish, subscribe, sendData }: PermissionOptions) {
  return {
    publish:
      publish === undefined ? undefined : publish === 'none' ? [] : publish.split(',').map((s) => s.trim()),
    subscribe: yesOrNo('--subscribe', subscribe),
    data: yesOrNo('--send-data', sendData),
  };
}

/** Throws `usage` when nothing is said at all. */
export function someOf<T extends object>(change: T): T {
  if (Object.values(change).some((value) => value !== undefined)) return change;
  throw new DomainError('usage', 'Nothing to change.', { fix: 'Say what to change: see --help.' });
}

export function yesOrNo(option: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new DomainError('usage', `${option} ${text}: say yes or no.`, {
    fix: `Give ${option} yes or ${option} no.`,
  });
}
