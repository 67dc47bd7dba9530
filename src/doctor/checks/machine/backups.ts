import { type Check, failed, ok, skipped, warning } from '../../check.ts';

/** The server can be had again as it was not long ago. */
export const backupsCheck: Check = {
  id: 'data.backups',
  title: 'A backup was made in time',
  run({ running }) {
    if (running === undefined) return skipped('No didar runs here.');
    const { state, dir, last, failure, next } = running.backupsNow();
    if (state === 'off') {
      return skipped('None is made by itself (backup.every); "didar backup FILE" makes one by hand.');
    }
    const good =
      last === null ? 'There is no good one yet.' : `The last good one is of ${minuteOf(last.at)}.`;
    if (failure !== null) {
      return failed(`The newest backup failed: ${failure.message} ${good}`, {
        fix: `${failure.fix ?? `See to ${dir}, its disk and who may write there.`} Then: didar job retry ${failure.job}`,
        key: 'backup.dir',
        trouble: 'backup-failed',
      });
    }
    if (state === 'overdue') {
      return warning(`The next backup is more than an hour late. ${good}`, {
        fix: 'See what holds up the queue: didar job list --state running, didar job list --state queued',
        key: 'backup.every',
        trouble: 'backup-failed',
      });
    }
    return ok(`${good} The next is due at ${next === null ? 'no time' : minuteOf(next)}, in ${dir}.`);
  },
};

function minuteOf(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
