import type { Job } from '../../../src/modules/jobs/model.ts';
import { clean } from '../../text/clean.ts';
import { isOver, jobKind } from '../../text/job.ts';
import { whoOf } from '../batch.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirmAll } from '../dialogs/ask.ts';
import type { JobRow } from '../jobs.ts';

const JOBS = { nameOf: jobName, unit: 'jobs' };

export const jobs: Actions<'retryJob' | 'cancelJob' | 'openSubject' | 'showAllJobs'> = {
  retryJob(desk) {
    const items = desk.context().jobs.filter(({ state }) => state !== 'running' && state !== 'done');
    if (items.length === 0) return;
    desk.batch<JobRow>({
      ...JOBS,
      doing: 'running again:',
      items,
      work: async ({ id }) => put(desk, await desk.api.retryJob(id)),
      said: (what) => `${what}: runs as soon as its turn comes`,
    });
  },
  cancelJob(desk) {
    const items = desk.context().jobs.filter((job) => !isOver(job));
    const [first] = items;
    if (first === undefined) return;
    const run = () =>
      desk.batch<JobRow>({
        ...JOBS,
        doing: 'cancelling',
        items,
        work: async ({ id }) => put(desk, await desk.api.cancelJob(id)),
        said: (what) => `${what} cancelled; r runs it again`,
      });
    const names = items.length === 1 ? [first.id] : items.map(jobName);
    const dialog = confirmAll(`Cancel ${whoOf(items, JOBS)}?`, names, [{ label: 'Cancel the job', run }]);
    const isRunning = items.some(({ state }) => state === 'running');
    const lines = isRunning ? ['What has begun is ended in the middle of it.'] : [];
    desk.set({
      dialog: {
        ...dialog,
        lines,
        options: dialog.options.map((option) => (option.run ? option : { ...option, label: 'Leave it' })),
      },
    });
  },
  openSubject(desk) {
    const [job] = desk.context().jobs;
    if (job === undefined) return;
    const { recordingId, webhook } = job.payload;
    if (job.kind === 'make_backup') return desk.go('backups');
    if (typeof webhook === 'string') return desk.go('webhook', webhook);
    if (typeof recordingId !== 'string') return;
    if (desk.world.recordings.get(recordingId) === undefined)
      return desk.say(`recording ${recordingId} is not there any more`);
    desk.go('recordings');
    desk.lists.recordings.setFilter('');
    desk.lists.recordings.select(recordingId);
  },
  showAllJobs(desk) {
    const all = !desk.background.jobs.showsAll;
    desk.background.jobs.showAll(all);
    desk.say(
      all ? 'all jobs that the server keeps' : 'what runs, waits, failed, or ended within the last hour',
    );
  },
};

function put(desk: Desk, job: Job): void {
  desk.background.jobs.put(desk.background.jobs.rowOf(job));
}

/** `finish a recording of standup`, as it stands in the list. */
export function jobName({ kind, about }: JobRow): string {
  return clean(about === '' ? jobKind(kind) : `${jobKind(kind)} (${about})`);
}
