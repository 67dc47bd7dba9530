import { BACKUP_ORDERS } from './backups.ts';
import { JOB_ORDERS } from './jobs.ts';
import { directed, type Order, PARTICIPANT_ORDERS, RECORDING_ORDERS, ROOM_ORDERS } from './orders.ts';
import type { Compare } from './sorted.ts';
import type { ViewName } from './view.ts';
import { DELIVERY_ORDERS, WEBHOOK_ORDERS } from './webhooks.ts';

/** What a view is sorted by. */
export interface Sort {
  readonly by: string;
  readonly reversed: boolean;
}

const ORDERS = {
  rooms: ROOM_ORDERS,
  participants: PARTICIPANT_ORDERS,
  recordings: RECORDING_ORDERS,
  jobs: JOB_ORDERS,
  webhooks: WEBHOOK_ORDERS,
  deliveries: DELIVERY_ORDERS,
  backups: BACKUP_ORDERS,
} as const;

/** The lists whose order can be chosen; a room's inside follows that of all participants, a webhook's has deliveries. */
export type SortedList = keyof typeof ORDERS;
export type Sorts = Readonly<Record<SortedList, Sort>>;

export const FIRST_SORTS: Sorts = {
  rooms: { by: 'name', reversed: false },
  participants: { by: 'name', reversed: false },
  recordings: { by: 'started', reversed: false },
  jobs: { by: 'state', reversed: false },
  webhooks: { by: 'state', reversed: false },
  deliveries: { by: 'age', reversed: false },
  backups: { by: 'age', reversed: false },
};

/** Undefined: the order of the view's list can't be chosen. */
export function sortedListOf(view: ViewName): SortedList | undefined {
  if (view === 'room') return 'participants';
  if (view === 'webhook') return 'deliveries';
  return view in ORDERS ? (view as SortedList) : undefined;
}

export function ordersOf(list: SortedList): readonly Order<never>[] {
  return ORDERS[list];
}

/** By the chosen column; by another one, or the first when there is none of that name. */
export function compareBy<T>(orders: readonly Order<T>[], { by, reversed }: Sort): Compare<T> {
  const order = orders.find((candidate) => candidate.id === by) ?? orders[0];
  return order ? directed(order, reversed) : () => 0;
}
