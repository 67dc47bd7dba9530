import type { BackupStatus } from '../../src/modules/backups/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Segment } from '../components/segments.tsx';
import { clean } from '../text/clean.ts';
import { faultLines } from '../text/fault.ts';
import { jobState, untilText } from '../text/job.ts';
import { duration, since } from '../text/time.ts';
import { wrapLines } from '../text/wrap.ts';
import type { Role } from '../theme/theme.ts';

const STATES: Readonly<Record<BackupStatus['state'], readonly [string, Role]>> = {
  off: ['none are made by themselves: set backup.every', 'warn'],
  ok: ['all is well', 'good'],
  failed: ['the last one failed', 'bad'],
  overdue: ['overdue', 'bad'],
};

export interface BackupReportContext {
  readonly now: number;
  readonly width: number;
}

/** How the backups that are made by themselves are doing, the most important first. */
export function backupReport(
  status: BackupStatus,
  underWay: Job | undefined,
  { now, width }: BackupReportContext,
): Segment[][] {
  const { state, every, dir, toBucket, last, failure, next } = status;
  const [word, role] = STATES[state];
  const parts = [
    ...(every === null ? [] : [`one every ${duration(every * 1000).replace(/ (0 h|00)$/, '')}`]),
    ...(next === null ? [] : [`the next ${untilText(next, now)}`]),
    last === null ? 'none is complete yet' : `the last good one ${since(last.at, now)} ago`,
  ];
  const made: Segment[] = underWay ? ['   ', [`one is being made (${jobState(underWay)})`, 'strong']] : [];
  return [
    [['backups: ', 'quiet'], [word, role], ...made],
    ...faultLines(failure, width),
    ...wrapLines(parts.join(', '), width).map((line): Segment[] => [line]),
    [[clean(`in ${dir}${toBucket ? ', and in the bucket' : ''}`), 'quiet']],
  ];
}
