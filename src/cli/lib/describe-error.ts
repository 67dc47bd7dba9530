import { inspect } from 'node:util';
import type { DomainError } from '../../lib/errors.ts';

/** One thing wrong in a configuration; `config_invalid` carries all of them in `details.faults`. */
interface Fault {
  readonly key?: unknown;
  readonly line?: unknown;
  readonly message?: unknown;
  readonly fix?: unknown;
}

/** The lines that a person reads when a command fails: what happened, each fault if there are several, the fix. */
export function describeError(error: DomainError): string {
  const lines = [`error: ${error.message}`];
  const faults = error.details?.faults;
  if (Array.isArray(faults)) lines.push(...faults.flatMap(describeFault));
  if (error.fix) lines.push(`fix: ${error.fix}`);
  return `${lines.join('\n')}\n`;
}

/** What nobody foresaw: the whole stack, since it is what a report of the fault needs. */
export function describeUnexpected(error: unknown): string {
  const fix = 'this is a fault in didar: please report it with these lines';
  return `error: ${inspect(error, { colors: false })}\nfix: ${fix}\n`;
}

function describeFault(fault: Fault): string[] {
  const place = [
    fault.line === undefined ? '' : `line ${fault.line}: `,
    fault.key ? `${fault.key}: ` : '',
  ].join('');
  const lines = [`  ${place}${fault.message ?? ''}`];
  if (fault.fix) lines.push(`    fix: ${fault.fix}`);
  return lines;
}
