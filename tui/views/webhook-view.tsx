import { Box } from 'ink';
import type { WebhookDelivery } from '../../src/modules/webhooks/model.ts';
import type { Column } from '../components/columns.ts';
import { Detail } from '../components/detail.tsx';
import { Line, type Segment } from '../components/segments.tsx';
import { Table } from '../components/table.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useWatch } from '../hooks/use-watch.ts';
import { clean } from '../text/clean.ts';
import { faultLines } from '../text/fault.ts';
import { count, since } from '../text/time.ts';
import { fit, widthOf } from '../text/width.ts';
import type { Role } from '../theme/theme.ts';
import { emptyText } from './empty-text.ts';
import type { ViewProps } from './view-props.ts';

const DETAIL_LINES = 4;
const ROLES: Readonly<Record<WebhookDelivery['state'], Role>> = {
  pending: 'warn',
  delivered: 'good',
  dead: 'bad',
};

export const DELIVERY_COLUMNS: readonly Column<WebhookDelivery>[] = [
  { id: 'kind', title: 'event', width: 20, drop: 0, cell: ({ kind }) => kind },
  {
    id: 'about',
    title: 'about',
    width: 10,
    grow: 2,
    drop: 0,
    cut: 'middle',
    cell: ({ object }) => [clean(object), 'quiet'],
  },
  { id: 'state', title: 'state', width: 9, drop: 0, cell: ({ state }) => [STATES[state], ROLES[state]] },
  {
    id: 'tries',
    title: 'tries',
    width: 6,
    align: 'right',
    drop: 3,
    cell: ({ attempts }) => String(attempts),
  },
  {
    id: 'status',
    title: 'HTTP',
    width: 5,
    align: 'right',
    drop: 2,
    cell: ({ status }) => (status === null ? ['-', 'quiet'] : String(status)),
  },
  {
    id: 'age',
    title: 'age',
    width: 7,
    align: 'right',
    drop: 1,
    cell: ({ createdAt }, now) => since(createdAt, now),
  },
  {
    id: 'error',
    title: 'error',
    width: 16,
    grow: 3,
    drop: 4,
    cell: ({ error }) => [clean(error?.message ?? ''), 'quiet'],
  },
];

const STATES: Readonly<Record<WebhookDelivery['state'], string>> = {
  pending: 'waiting',
  delivered: 'delivered',
  dead: 'dead',
};

/** What was sent to one webhook, waits to be, or was given up. */
export function WebhookView({ width, height }: ViewProps) {
  useWatch('webhook');
  const webhook = useDashboard(({ background, ui }) => background.webhooks.get(ui.webhook ?? ''));
  const selected = useDashboard((dashboard) => dashboard.lists.deliveries.selected);
  const empty = useDashboard(({ background }) =>
    emptyText(background.webhooks.deliveries, 'nothing was sent there yet; p sends a test message'),
  );
  const told = webhook
    ? `${count(webhook.pending, 'waiting', 'waiting')}, ${webhook.dead.toLocaleString('en')} dead`
    : '';
  const name = fit(
    clean(webhook ? `${webhook.name}  ${webhook.url}` : ''),
    width - widthOf(told) - 5,
    'left',
    'middle',
  );
  return (
    <Box flexDirection="column" height={height}>
      <Line
        segments={['  ', [name, 'heading'], ' ', [told, webhook && webhook.dead > 0 ? 'bad' : 'quiet']]}
      />
      <Table
        columns={DELIVERY_COLUMNS}
        listOf={(dashboard) => dashboard.lists.deliveries}
        idOf={({ id }) => id}
        sortOf={(dashboard) => dashboard.lists.sorts.deliveries}
        choiceOf={(dashboard) => dashboard.lists.columns.deliveries}
        marksOf={(dashboard) => dashboard.background.webhooks.deliveries.marks.ids}
        width={width}
        height={height - DETAIL_LINES - 1}
        empty={empty}
      />
      <Detail lines={selected ? details(selected, width - 4) : []} height={DETAIL_LINES} />
    </Box>
  );
}

function details(delivery: WebhookDelivery, width: number): Segment[][] {
  return [[''], ...faultLines(delivery.error, width), [[`webhook-id ${delivery.id}`, 'quiet']]];
}
