import type { Role } from '../theme/theme.ts';
import { wrapLines } from './wrap.ts';

export interface Fault {
  readonly message: string;
  readonly fix?: string;
}

/** What went wrong and what to do about it, as lines of at most `width` cells. */
export function faultLines(fault: Fault | null, width: number): (readonly [string, Role])[][] {
  if (fault === null) return [];
  return [
    ...wrapLines(fault.message, width).map((line) => [[line, 'bad'] as const]),
    ...(fault.fix ? wrapLines(`fix: ${fault.fix}`, width).map((line) => [[line, 'strong'] as const]) : []),
  ];
}
