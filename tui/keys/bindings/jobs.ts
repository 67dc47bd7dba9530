import type { ViewName } from '../../state/view.ts';
import { isOver } from '../../text/job.ts';
import { bind, onlyIn } from '../binding.ts';
import { all, always, type Condition, manages, online } from '../context.ts';

const HERE: readonly ViewName[] = ['jobs'];
const ELSEWHERE = 'jobs are in Jobs (7)';

const onJob: Condition = (c) => (c.jobs.length > 0 ? undefined : 'no job is selected');
const retryable: Condition = ({ jobs }) =>
  jobs.some(({ state }) => state !== 'running' && state !== 'done')
    ? undefined
    : 'what runs or is done is not run again';
const cancellable: Condition = ({ jobs }) =>
  jobs.some((job) => !isOver(job)) ? undefined : 'it is over already';
const aboutSomething: Condition = ({ jobs }) =>
  jobs[0]?.about || jobs[0]?.kind === 'make_backup' ? undefined : 'it is about nothing that can be shown';

/** What is done to the work of the queue. */
export const JOBS_KEYS = [
  onlyIn(
    HERE,
    ELSEWHERE,
    bind(
      'retryJob',
      ['r'],
      'Jobs',
      'retry',
      'run a job again that failed or was cancelled, or one that waits now',
      all(manages, onJob, retryable, online),
      HERE,
    ),
  ),
  onlyIn(
    HERE,
    ELSEWHERE,
    bind(
      'cancelJob',
      ['X'],
      'Jobs',
      'cancel',
      'take a job out of the queue, or end it (asks first)',
      all(manages, onJob, cancellable, online),
      HERE,
    ),
  ),
  onlyIn(
    HERE,
    ELSEWHERE,
    bind(
      'openSubject',
      ['o'],
      'Jobs',
      'what for',
      'go to what the job is about: the recording, the webhook, the backups',
      all(onJob, aboutSomething),
      HERE,
    ),
  ),
  onlyIn(
    HERE,
    ELSEWHERE,
    bind(
      'showAllJobs',
      ['v'],
      'Jobs',
      'all',
      'jobs that ended more than an hour ago too, or not',
      always,
      HERE,
    ),
  ),
];
