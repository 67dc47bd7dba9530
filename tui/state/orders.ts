import type { Participant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { LiveRoom } from './head-count.ts';
import type { Compare } from './sorted.ts';

/** A way to sort; `id` is the column that shows it. */
export interface Order<T> {
  readonly id: string;
  readonly label: string;
  readonly compare: Compare<T>;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
export const text = collator.compare;
const most = (a: number, b: number) => b - a;
/** Of two RFC 3339 times; one that is not known comes last. */
export const oldest = (a: string | undefined, b: string | undefined) =>
  (a ?? '9') < (b ?? '9') ? -1 : (a ?? '9') > (b ?? '9') ? 1 : 0;

export const ROOM_ORDERS: readonly Order<LiveRoom>[] = [
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
  {
    id: 'recording',
    label: 'recorded first',
    compare: (a, b) => most(Number(a.recording !== null), Number(b.recording !== null)),
  },
  { id: 'paths', label: 'paths, most detours first', compare: (a, b) => most(detours(a), detours(b)) },
  { id: 'state', label: 'state, who waits first', compare: (a, b) => most(barred(a), barred(b)) },
  { id: 'title', label: 'title', compare: (a, b) => text(a.title, b.title) },
];

const detours = ({ paths }: LiveRoom) => paths.tcp + paths['turn-udp'] + paths['turn-tls'];
const barred = ({ state, locked, waiting }: LiveRoom) =>
  waiting > 0 ? 2 + waiting : state === 'closed' ? 2 : locked ? 1 : 0;

export const PARTICIPANT_ORDERS: readonly Order<Participant>[] = [
  { id: 'name', label: 'name', compare: (a, b) => text(a.name || a.identity, b.name || b.identity) },
  { id: 'room', label: 'room', compare: (a, b) => text(a.room, b.room) },
  { id: 'since', label: 'joined, longest ago first', compare: (a, b) => oldest(a.joinedAt, b.joinedAt) },
  { id: 'path', label: 'path', compare: (a, b) => text(a.path ?? '~', b.path ?? '~') },
  { id: 'role', label: 'role', compare: (a, b) => text(a.role, b.role) },
  { id: 'identity', label: 'identity', compare: (a, b) => text(a.identity, b.identity) },
  { id: 'tracks', label: 'tracks, most first', compare: (a, b) => most(a.tracks.length, b.tracks.length) },
  { id: 'mic', label: 'microphone, on first', compare: sends('microphone') },
  { id: 'camera', label: 'camera, on first', compare: sends('camera') },
  { id: 'screen', label: 'screen, shared first', compare: sends('screen_share') },
];

/** On, then muted, then not there. */
function sends(source: string): Compare<Participant> {
  const rank = ({ tracks }: Participant) => {
    const track = tracks.find((candidate) => candidate.source === source);
    return track === undefined ? 0 : track.muted ? 1 : 2;
  };
  return (a, b) => most(rank(a), rank(b));
}

export const RECORDING_ORDERS: readonly Order<Recording>[] = [
  { id: 'started', label: 'begun, newest first', compare: (a, b) => oldest(b.createdAt, a.createdAt) },
  { id: 'room', label: 'room', compare: (a, b) => text(a.room, b.room) },
  { id: 'state', label: 'state', compare: (a, b) => text(a.state, b.state) },
  { id: 'length', label: 'length, longest first', compare: (a, b) => most(a.duration, b.duration) },
  { id: 'size', label: 'size, largest first', compare: (a, b) => most(a.bytes, b.bytes) },
  { id: 'by', label: 'who began it', compare: (a, b) => text(a.startedBy, b.startedBy) },
];

/** The order turned round, or as it is. */
export function directed<T>(order: Order<T>, reversed: boolean): Compare<T> {
  return reversed ? (a, b) => order.compare(b, a) : order.compare;
}
