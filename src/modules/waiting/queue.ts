import type { Clock } from '../../lib/clock.ts';
import type { Ticket } from './tickets.ts';

/** Who waits without a stream is gone after this: a reload or a lost connection takes less. */
const GONE_AFTER_MS = 30_000;
/** Windows of one person that are told. */
const MOST_STREAMS = 4;
const MOST_IN_ROOM = 200;
const MOST = 5_000;

/** How waiting ends, as the stream tells it. */
export type WaitEnd =
  | { readonly state: 'admitted' | 'refused' }
  | { readonly state: 'ended'; readonly reason: 'room_closed' | 'room_deleted' | 'too_long' };

export type Waiter = Ticket;

interface Place {
  readonly waiter: Waiter;
  readonly listeners: Set<(end: WaitEnd | undefined) => void>;
  cancelGone: (() => void) | undefined;
}

/** Those who wait, in memory: who still has a stream after a restart is back with it. */
export interface Queue {
  get(roomId: string, identity: string): Waiter | undefined;
  /** Of one room, or of all, in the order of coming. */
  list(roomId?: string): Waiter[];
  isFull(roomId: string): boolean;
  /** False for someone who waits already. */
  add(waiter: Waiter): boolean;
  /** Takes someone out and tells their streams. */
  end(roomId: string, identity: string, how: WaitEnd): Waiter | undefined;
  /** One stream of someone who waits; told once how it ended, undefined when this stream has to make room. */
  listen(waiter: Waiter, listener: (end: WaitEnd | undefined) => void): () => void;
  stop(): void;
}

export interface QueueDeps {
  readonly clock: Clock;
  /** Someone gave up: their stream is gone for a while. */
  readonly onGone: (waiter: Waiter) => void;
}

export function createQueue({ clock, onGone }: QueueDeps): Queue {
  const rooms = new Map<string, Map<string, Place>>();
  let size = 0;

  const placeOf = (roomId: string, identity: string) => rooms.get(roomId)?.get(identity);

  function remove({ waiter, cancelGone }: Place): void {
    cancelGone?.();
    const ofRoom = rooms.get(waiter.roomId);
    if (!ofRoom?.delete(waiter.identity)) return;
    size -= 1;
    if (ofRoom.size === 0) rooms.delete(waiter.roomId);
  }

  function startGone(place: Place): void {
    place.cancelGone?.();
    place.cancelGone = clock.after(GONE_AFTER_MS, () => {
      remove(place);
      onGone(place.waiter);
    });
  }

  return {
    get: (roomId, identity) => placeOf(roomId, identity)?.waiter,
    list(roomId) {
      const maps =
        roomId === undefined ? [...rooms.values()] : [rooms.get(roomId) ?? new Map<string, Place>()];
      return maps
        .flatMap((ofRoom) => [...ofRoom.values()].map(({ waiter }) => waiter))
        .sort((a, b) => a.since - b.since);
    },
    isFull: (roomId) => size >= MOST || (rooms.get(roomId)?.size ?? 0) >= MOST_IN_ROOM,
    add(waiter) {
      const known = placeOf(waiter.roomId, waiter.identity);
      if (known) {
        if (known.listeners.size === 0) startGone(known);
        return false;
      }
      const place: Place = { waiter, listeners: new Set(), cancelGone: undefined };
      const ofRoom = rooms.get(waiter.roomId) ?? new Map<string, Place>();
      rooms.set(waiter.roomId, ofRoom.set(waiter.identity, place));
      size += 1;
      startGone(place);
      return true;
    },
    end(roomId, identity, how) {
      const place = placeOf(roomId, identity);
      if (!place) return undefined;
      remove(place);
      for (const listener of [...place.listeners]) listener(how);
      return place.waiter;
    },
    listen(waiter, listener) {
      const place = placeOf(waiter.roomId, waiter.identity);
      if (!place) return () => undefined;
      const [oldest] = place.listeners;
      if (place.listeners.size >= MOST_STREAMS && oldest) oldest(undefined);
      place.listeners.add(listener);
      place.cancelGone?.();
      return () => {
        place.listeners.delete(listener);
        if (place.listeners.size === 0 && placeOf(waiter.roomId, waiter.identity) === place) startGone(place);
      };
    },
    stop() {
      for (const ofRoom of rooms.values()) for (const { cancelGone } of ofRoom.values()) cancelGone?.();
    },
  };
}
