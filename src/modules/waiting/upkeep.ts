import type { Clock } from '../../lib/clock.ts';
import type { DidarEvent } from '../events/model.ts';
import type { Events } from '../events/service.ts';
import type { Admissions } from './admissions.ts';
import type { Queue, WaitEnd, Waiter } from './queue.ts';

export const WAIT_MOST_MS = 3_600_000;
const SWEEP_EVERY_MS = 30_000;
const PRUNE_EVERY_MS = 3_600_000;
/** A meeting that ends so goes on: its people come back to the server's next life. */
const GOES_ON: ReadonlySet<unknown> = new Set(['didar ended', 'livekit ended', 'replaced', 'lost']);

export interface UpkeepDeps {
  readonly queue: Queue;
  readonly admissions: Admissions;
  readonly events: Events;
  readonly clock: Clock;
  readonly roomIdOf: (name: string) => string | undefined;
  /** How waiting is over by what the room says now; undefined while it isn't. */
  readonly outcome: (waiter: Waiter) => WaitEnd | undefined;
  /** Tells that someone waits no more, without anybody having decided about them. */
  readonly tellWithdrew: (waiter: Waiter, reason: string) => void;
}

/** Keeps the waiting rooms in line with what becomes of rooms, members, accounts and time. */
export function createUpkeep(deps: UpkeepDeps) {
  const { queue, admissions, events, clock, roomIdOf, outcome, tellWithdrew } = deps;

  function end(waiter: Waiter, how: WaitEnd): void {
    if (!queue.end(waiter.roomId, waiter.identity, how)) return;
    tellWithdrew(waiter, how.state === 'ended' ? how.reason : how.state);
  }

  function review(room: string): void {
    for (const waiter of queue.list().filter((each) => each.room === room)) {
      const how = outcome(waiter);
      if (how) end(waiter, how);
    }
  }

  function sweep(): void {
    for (const waiter of queue.list()) {
      if (waiter.since + WAIT_MOST_MS <= clock.now()) end(waiter, { state: 'ended', reason: 'too_long' });
    }
  }

  function follow({ kind, room, identity, data }: DidarEvent): void {
    const user = data.user as { readonly id: string; readonly disabled?: boolean } | undefined;
    if (kind === 'user.deleted' || (kind === 'user.changed' && user?.disabled === true)) {
      for (const waiter of queue.list()) if (waiter.identity === user?.id) end(waiter, { state: 'refused' });
    }
    if (room === null) return;
    if (kind === 'room.finished' && !GOES_ON.has(data.reason)) {
      const roomId = roomIdOf(room);
      if (roomId !== undefined) admissions.forget(roomId);
    }
    if (kind === 'room.changed' || kind === 'room.deleted' || kind === 'denial.created') review(room);
    // Who moderates need not wait.
    if (kind === 'member.changed' && (data.role === 'moderator' || data.role === 'owner')) {
      const waiter = queue.list().find((each) => each.room === room && each.identity === identity);
      if (waiter) end(waiter, { state: 'admitted' });
    }
  }

  /** Until the returned function is called. */
  return function start(): () => void {
    admissions.prune();
    const stops = [
      events.subscribe(follow),
      clock.every(SWEEP_EVERY_MS, sweep),
      clock.every(PRUNE_EVERY_MS, admissions.prune),
      queue.stop,
    ];
    return () => {
      for (const stop of stops) stop();
    };
  };
}
