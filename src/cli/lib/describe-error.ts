import { inspect } from 'node:util';
import type { DomainError } from '../../lib/errors.ts';

/** The lines that a person reads when a command fails: what happened, and what to do about it. */
export function describeError(error: DomainError): string {
  const fix = error.fix ? `fix: ${error.fix}\n` : '';
  return `error: ${error.message}\n${fix}`;
}

/** What nobody foresaw: the whole stack, since it is what a report of the fault needs. */
export function describeUnexpected(error: unknown): string {
  const fix = 'this is a fault in didar: please report it with these lines';
  return `error: ${inspect(error, { colors: false })}\nfix: ${fix}\n`;
}
