import type { Rule } from './rule.ts';

/** A bucket can be sent to only where there is one. */
export const backupRule: Rule = {
  reads: ['backup.toBucket', 'recording.s3.bucket'],
  check({ config, isGiven }) {
    if (!config.backup.toBucket || isGiven('recording.s3.bucket')) return [];
    return [
      {
        key: 'backup.toBucket',
        problem: 'backup.toBucket is on, and recording.s3.bucket names no bucket',
        fix: 'name one, with its key, or remove backup.toBucket',
      },
    ];
  },
};
