import { stat } from 'node:fs/promises';
import { lockForCommand } from '../../../config/data-dir-lock.ts';
import { type Check, failedBy, ok, skipped } from '../../check.ts';

/** A data directory serves one daemon; one that runs but doesn't show itself is found by its lock. */
export const dataLockCheck: Check = {
  id: 'data.lock',
  title: 'One didar has the data directory',
  async run({ dataDir, running }) {
    if (running !== undefined) return ok(`${dataDir.path} is this one's (pid ${running.pid}).`);
    const isThere = await stat(dataDir.run).catch(() => undefined);
    if (isThere === undefined) return skipped('There is none yet: the first start makes it.');
    try {
      const lock = await lockForCommand(dataDir);
      await lock.release();
      return ok(`${dataDir.path} is free.`);
    } catch (error) {
      return failedBy(error, { trouble: 'data-dir-locked', key: 'data' });
    }
  },
};
