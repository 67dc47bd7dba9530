import { Box } from 'ink';
import type { WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import type { Column } from '../components/columns.ts';
import { Detail } from '../components/detail.tsx';
import type { Segment } from '../components/segments.tsx';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useNow } from '../hooks/use-now.ts';
import { useWatch } from '../hooks/use-watch.ts';
import { clean } from '../text/clean.ts';
import { faultLines } from '../text/fault.ts';
import { dayAndTime, since } from '../text/time.ts';
import type { Role } from '../theme/theme.ts';
import { emptyText } from './empty-text.ts';
import type { ViewProps } from './view-props.ts';

const DETAIL_LINES = 5;

export const WEBHOOK_COLUMNS: readonly Column<WebhookEndpoint>[] = [
  {
    id: 'name',
    title: 'webhook',
    width: 16,
    grow: 1,
    drop: 0,
    cut: 'middle',
    cell: ({ name }) => clean(name),
  },
  {
    id: 'url',
    title: 'URL',
    width: 14,
    grow: 3,
    drop: 3,
    cut: 'middle',
    cell: ({ url }) => [clean(url), 'quiet'],
  },
  {
    id: 'kinds',
    title: 'events',
    width: 10,
    grow: 1,
    drop: 4,
    cell: ({ kinds }) => [kinds.join(' ') || 'all', 'quiet'],
  },
  { id: 'state', title: 'state', width: 15, drop: 0, cell: stateOf },
  {
    id: 'waiting',
    title: 'waiting',
    width: 7,
    align: 'right',
    drop: 0,
    cell: ({ pending }) => amount(pending),
  },
  { id: 'dead', title: 'dead', width: 6, align: 'right', drop: 0, cell: ({ dead }) => amount(dead, 'bad') },
  {
    id: 'last',
    title: 'last',
    width: 7,
    align: 'right',
    drop: 1,
    cell: ({ lastDeliveredAt }, now) => (lastDeliveredAt ? since(lastDeliveredAt, now) : ['-', 'quiet']),
  },
];

function amount(n: number, role: Role = 'plain') {
  return n === 0 ? (['0', 'quiet'] as const) : ([n.toLocaleString('en'), role] as const);
}

function stateOf({ enabled, goneAt, failing }: WebhookEndpoint, now: number) {
  if (goneAt !== null) return [`gone ${since(goneAt, now)}`, 'bad'] as const;
  if (!enabled) return ['off', 'warn'] as const;
  if (failing === null) return ['on', 'good'] as const;
  return [`failing ${since(failing.since, now)}`, 'bad'] as const;
}

/** Where events are sent to, and whether they arrive. */
export function WebhooksView({ width, height }: ViewProps) {
  useWatch('webhooks');
  const now = useNow();
  const selected = useDashboard((dashboard) => dashboard.lists.webhooks.selected);
  const empty = useDashboard(({ background }) =>
    emptyText(background.webhooks, 'events are sent nowhere; n sends them to a URL'),
  );
  return (
    <Box flexDirection="column" height={height}>
      <Table
        columns={WEBHOOK_COLUMNS}
        listOf={(dashboard) => dashboard.lists.webhooks}
        idOf={({ id }) => id}
        sortOf={(dashboard) => dashboard.lists.sorts.webhooks}
        choiceOf={(dashboard) => dashboard.lists.columns.webhooks}
        width={width}
        height={height - DETAIL_LINES}
        empty={empty}
      />
      <Detail lines={selected ? webhookDetails(selected, width - 4, now) : []} height={DETAIL_LINES} />
    </Box>
  );
}

/** What of a webhook has no room in its row. */
export function webhookDetails(webhook: WebhookEndpoint, width: number, now: number): Segment[][] {
  const { id, url, kinds, rooms, failing } = webhook;
  const what = `${kinds.join(' ') || 'all events'} of ${rooms.join(' ') || 'all rooms'}`;
  return [
    [''],
    [clean(url)],
    ...(failing
      ? [
          [[`fails since ${dayAndTime(failing.since)} (${since(failing.since, now)})`, 'warn'] as const],
          ...faultLines(failing, width),
        ]
      : []),
    [[clean(`${id}: ${what}`), 'quiet']],
  ];
}
