import type { Clock } from '../../src/lib/clock.ts';
import type { BackgroundApi } from '../api/background.ts';
import { type Backups, createBackups } from './backups.ts';
import { createJobs, type Jobs } from './jobs.ts';
import type { List } from './list.ts';
import type { Marks } from './marks.ts';
import type { Ui } from './ui.ts';
import type { ViewName } from './view.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';
import type { World } from './world.ts';

/** What the server does without anybody in a meeting. It is asked for only while somebody looks at it. */
export interface Background {
  readonly jobs: Jobs;
  readonly webhooks: Webhooks;
  readonly backups: Backups;
  /** Keeps what a view shows as the server has it, until the returned function is called. */
  watch(view: ViewName): () => void;
}

export interface BackgroundOptions {
  readonly api: BackgroundApi;
  readonly world: World;
  readonly clock: Clock;
  readonly changed: () => void;
}

export function createBackground(options: BackgroundOptions): Background {
  const jobs = createJobs(options);
  const webhooks = createWebhooks(options);
  const backups = createBackups(options);
  return {
    jobs,
    webhooks,
    backups,
    watch(view) {
      if (view === 'jobs') return jobs.watch();
      if (view === 'webhooks' || view === 'webhook') return webhooks.watch(view === 'webhook');
      if (view === 'backups') return backups.watch();
      return () => undefined;
    },
  };
}

/** What of it is selected in a view; where several are marked, those. */
export function backgroundContext({ view, webhook: entered }: Ui, { jobs, webhooks, backups }: Background) {
  const { deliveries } = webhooks;
  const inside = view === 'webhook' && entered !== undefined ? webhooks.get(entered) : undefined;
  return {
    jobs: view === 'jobs' ? chosen(jobs) : [],
    webhook: view === 'webhooks' ? webhooks.list.selected : inside,
    deliveries: view === 'webhook' ? chosen(deliveries) : [],
    backup: view === 'backups' ? backups.list.selected : undefined,
  };
}

function chosen<T>({ list, marks }: { readonly list: List<T>; readonly marks: Marks<T> }): readonly T[] {
  if (marks.ids.size > 0) return marks.items();
  return list.selected === undefined ? [] : [list.selected];
}
