import type { Clock } from '../../src/lib/clock.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Api } from '../api/client.ts';
import { isForgotten, isOver, jobKind, jobState } from '../text/job.ts';
import { createList, type List } from './list.ts';
import { createMarks, type Marks } from './marks.ts';
import { type Order, oldest, text } from './orders.ts';
import { createWatched, type Watched } from './watched.ts';
import type { World } from './world.ts';

/** What is over is shown for so long, unless all are asked for; what failed stays until it is seen to. */
const SHOWN_AFTER_MS = 3_600_000;
const REFRESH_MS = 60_000;

/** A job with what it is about, in words: the room of a recording, the name of a webhook. */
export interface JobRow extends Job {
  readonly about: string;
}

/** What the server does in the background. */
export interface Jobs extends Pick<Watched<JobRow>, 'trouble' | 'isRead' | 'refresh' | 'watch' | 'put'> {
  readonly list: List<JobRow>;
  readonly marks: Marks<JobRow>;
  /** Those that ended long ago too. */
  readonly showsAll: boolean;
  showAll(all: boolean): void;
  /** With what it is about. */
  rowOf(job: Job): JobRow;
}

export interface JobsOptions {
  readonly api: Pick<Api, 'jobs' | 'webhooks'>;
  readonly world: World;
  readonly clock: Clock;
  readonly changed: () => void;
}

export function createJobs({ api, world, clock, changed }: JobsOptions): Jobs {
  const webhookNames = new Map<string, string>();
  let showsAll = false;

  const watched = createWatched<JobRow>({
    world,
    clock,
    changed,
    idOf: ({ id }) => id,
    async read() {
      const [jobs, webhooks] = await Promise.all([api.jobs(), api.webhooks()]);
      for (const { id, name } of webhooks) webhookNames.set(id, name);
      return jobs.map(rowOf);
    },
    told({ kind, data }, { put, remove }) {
      const job = kind === 'job.changed' ? (data.job as Job | undefined) : undefined;
      if (job && isForgotten(job)) remove(job.id);
      else if (job) put(rowOf(job));
      return undefined;
    },
    everyMs: REFRESH_MS,
  });
  const list = createList({
    source: watched.items,
    compare: JOB_ORDERS[0].compare,
    belongs,
    textOf: (job) =>
      `${jobKind(job.kind)} ${job.kind} ${job.about} ${jobState(job)} ${job.error?.message ?? ''}`,
  });

  function belongs(job: Job): boolean {
    if (showsAll || job.state === 'failed' || !isOver(job)) return true;
    return job.finishedAt !== null && Date.parse(job.finishedAt) + SHOWN_AFTER_MS > clock.now();
  }

  function rowOf(job: Job): JobRow {
    return { ...job, about: aboutOf(job) };
  }

  function aboutOf({ payload }: Job): string {
    const { recordingId, webhook, object } = payload;
    if (typeof recordingId === 'string') return world.recordings.get(recordingId)?.room ?? recordingId;
    if (typeof webhook !== 'string') return '';
    const name = webhookNames.get(webhook) ?? webhook;
    return typeof object === 'string' ? `${name}: ${object}` : name;
  }

  return {
    list,
    marks: createMarks(watched.items),
    get trouble() {
      return watched.trouble;
    },
    get isRead() {
      return watched.isRead;
    },
    get showsAll() {
      return showsAll;
    },
    showAll(all) {
      showsAll = all;
      list.setBelongs(belongs);
    },
    watch() {
      list.setBelongs(belongs);
      const ends = [watched.watch(), clock.every(REFRESH_MS, () => list.setBelongs(belongs))];
      return () => {
        for (const end of ends) end();
      };
    },
    refresh: watched.refresh,
    put: watched.put,
    rowOf,
  };
}

const URGENCY: readonly Job['state'][] = ['failed', 'running', 'queued', 'cancelled', 'done'];
const urgency = ({ state }: Job) => URGENCY.indexOf(state === 'done' ? 'cancelled' : state);
const newest = (a: Job, b: Job) => oldest(b.createdAt, a.createdAt);
const due = ({ state, runAt }: Job) => (state === 'queued' ? runAt : undefined);

export const JOB_ORDERS = [
  {
    id: 'state',
    label: 'state, what failed and runs first',
    compare: (a, b) => urgency(a) - urgency(b) || newest(a, b),
  },
  { id: 'age', label: 'made, newest first', compare: newest },
  {
    id: 'kind',
    label: 'what is done',
    compare: (a, b) => text(jobKind(a.kind), jobKind(b.kind)) || newest(a, b),
  },
  { id: 'about', label: 'what it is about', compare: (a, b) => text(a.about, b.about) || newest(a, b) },
  { id: 'tries', label: 'tries, most first', compare: (a, b) => b.attempts - a.attempts || newest(a, b) },
  { id: 'next', label: 'next try, soonest first', compare: (a, b) => oldest(due(a), due(b)) || newest(a, b) },
  {
    id: 'error',
    label: 'error',
    compare: (a, b) => text(a.error?.message ?? '~', b.error?.message ?? '~') || newest(a, b),
  },
] as const satisfies readonly Order<JobRow>[];
