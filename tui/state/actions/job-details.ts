import type { DidarEvent } from '../../../src/modules/events/model.ts';
import type { Job } from '../../../src/modules/jobs/model.ts';
import { clean } from '../../text/clean.ts';
import { jobKind, jobState, jobTries } from '../../text/job.ts';
import { clockTime, dayAndTime } from '../../text/time.ts';
import type { Desk } from '../desk.ts';
import { type PagerLine, pager } from '../dialogs/pager.ts';
import type { JobRow } from '../jobs.ts';

const READ_EVENTS = 60;
/** The server puts no secrets into payloads; a name that sounds like one is not shown all the same. */
const SECRET = /secret|token|password|credential/i;

/** Everything of one job, its history when it has been read. */
export function showJob(desk: Desk, job: JobRow): void {
  const title = clean(`${jobKind(job.kind)}: ${job.about || job.id}`);
  const dialog = pager(title, [...jobLines(job), { text: 'its history is being read …', tone: 'quiet' }]);
  desk.set({ dialog });
  const complete = (lines: readonly PagerLine[]) => {
    // Closed, or another one opened meanwhile.
    if (desk.ui.dialog?.kind !== 'pager' || desk.ui.dialog.lines !== dialog.lines) return;
    desk.set({ dialog: { ...desk.ui.dialog, lines: [...jobLines(job), ...lines] } });
    desk.changed();
  };
  desk.api.events(READ_EVENTS, { object: `job:${job.id}` }).then(
    (events) => complete([...historyLines(job, events)]),
    () => complete([{ text: 'its history could not be read', tone: 'quiet' }]),
  );
}

function* jobLines(job: JobRow): Generator<PagerLine> {
  const { id, kind, state, error, payload } = job;
  yield field('job', `${id} (${kind})`);
  yield field('state', jobState(job));
  yield field('tries', jobTries(job));
  yield field('made', dayAndTime(job.createdAt));
  if (state === 'queued') yield field('next', dayAndTime(job.runAt));
  if (job.startedAt !== null) yield field('begun', dayAndTime(job.startedAt));
  if (job.finishedAt !== null) yield field('ended', dayAndTime(job.finishedAt));
  if (error !== null) {
    yield { text: '' };
    yield { lead: '', text: clean(error.message), tone: 'strong' };
    if (error.fix) yield { lead: '', text: clean(`fix: ${error.fix}`) };
    yield { text: error.code, tone: 'quiet' };
  }
  const given = Object.entries(payload);
  if (given.length > 0) {
    yield { text: '' };
    yield { text: 'What it was given', tone: 'heading' };
  }
  for (const [name, value] of given) {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    yield field(name, SECRET.test(name) ? '(not shown)' : shown);
  }
  yield { text: '' };
}

function* historyLines({ kind }: Job, events: readonly DidarEvent[]): Generator<PagerLine> {
  yield { text: 'What happened to it', tone: 'heading' };
  if (events.length === 0) {
    const why = kind === 'deliver_webhook' ? '; its deliveries are: o goes to them' : '';
    yield { text: `nothing is on record${why}`, tone: 'quiet' };
  }
  for (const { at, actor, data } of events) {
    const job = data.job as Job | undefined;
    if (job === undefined) continue;
    const by = actor === null || actor === 'server' ? '' : ` by ${actor}`;
    const why = job.error === null ? '' : `: ${job.error.message}`;
    yield { lead: `${clockTime(at)}  `, text: clean(`${jobState(job)}${by}${why}`) };
  }
}

const LABEL_WIDTH = 12;

const field = (name: string, value: string): PagerLine => ({
  lead: `${clean(name)} `.padEnd(LABEL_WIDTH),
  text: clean(value),
});
