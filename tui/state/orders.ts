import type { Participant } from '../../src/modules/participants/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { Compare } from './sorted.ts';

/** A way to sort; `id` is the column that shows it. */
export interface Order<T> {
  readonly id: string;
  readonly label: string;
  readonly compare: Compare<T>;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const text = collator.compare;
const most = (a: number, b: number) => b - a;
const oldest = (a: string | undefined, b: string | undefined) =>
  (a ?? '9') < (b ?? '9') ? -1 : (a ?? '9') > (b ?? '9') ? 1 : 0;

export const ROOM_ORDERS: readonly Order<Room>[] = [
  { id: 'name', label: 'name', compare: (a, b) => text(a.name, b.name) },
  { id: 'people', label: 'people, most first', compare: (a, b) => most(a.participants, b.participants) },
  { id: 'publishers', label: 'publishers, most first', compare: (a, b) => most(a.publishers, b.publishers) },
  {
    id: 'age',
    label: 'meeting, longest first',
    compare: (a, b) => oldest(a.session?.startedAt, b.session?.startedAt),
  },
  {
    id: 'limit',
    label: 'limit, highest first',
    compare: (a, b) => most(a.maxParticipants, b.maxParticipants),
  },
];

export const PARTICIPANT_ORDERS: readonly Order<Participant>[] = [
  { id: 'name', label: 'name', compare: (a, b) => text(a.name || a.identity, b.name || b.identity) },
  { id: 'room', label: 'room', compare: (a, b) => text(a.room, b.room) },
  { id: 'since', label: 'joined, longest ago first', compare: (a, b) => oldest(a.joinedAt, b.joinedAt) },
  { id: 'path', label: 'path', compare: (a, b) => text(a.path ?? '~', b.path ?? '~') },
  { id: 'role', label: 'role', compare: (a, b) => text(a.role, b.role) },
];

/** The order turned round, or as it is. */
export function directed<T>(order: Order<T>, reversed: boolean): Compare<T> {
  return reversed ? (a, b) => order.compare(b, a) : order.compare;
}
