import { plainText } from '../components/segments.tsx';
import type { Dashboard } from '../state/dashboard.ts';
import { clean } from '../text/clean.ts';
import { backupReport } from '../views/backup-report.ts';

const REPORT_WIDTH = 400;

/** What a view of the server's background work says besides its rows; undefined for the other views. */
export interface SpokenBackground {
  /** Instead of how many rows there are, as long as that can't be told. */
  readonly instead: string | undefined;
  readonly lines: readonly string[];
}

export function speakBackground({ ui, background }: Dashboard, now: number): SpokenBackground | undefined {
  const { jobs, webhooks, backups } = background;
  const said = (
    { trouble, isRead }: { readonly trouble: string | undefined; readonly isRead: boolean },
    lines: readonly string[] = [],
  ): SpokenBackground => ({ instead: trouble ?? (isRead ? undefined : 'reading'), lines });

  if (ui.view === 'jobs') return said(jobs);
  if (ui.view === 'webhooks') return said(webhooks);
  if (ui.view === 'webhook') return said(webhooks.deliveries);
  if (ui.view !== 'backups') return undefined;
  const report = backups.status
    ? backupReport(backups.status, backups.underWay, { now, width: REPORT_WIDTH })
    : [];
  return said(backups, report.map(plainText));
}

/** What to do about what is wrong with the selected row. */
export function fixOf({ ui, lists }: Dashboard): string | undefined {
  if (ui.view === 'doctor') return lists.findings.selected?.fix ?? undefined;
  if (ui.view === 'jobs') return lists.jobs.selected?.error?.fix;
  if (ui.view === 'webhooks') return lists.webhooks.selected?.failing?.fix;
  if (ui.view === 'webhook') return lists.deliveries.selected?.error?.fix;
  return undefined;
}

/** What the inside of a room or a webhook is called. */
export function insideName({ ui, background }: Dashboard): string {
  if (ui.view !== 'webhook') return `Room ${ui.room}`;
  return clean(`Webhook ${background.webhooks.get(ui.webhook ?? '')?.name ?? ''}`).trim();
}
