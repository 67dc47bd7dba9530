import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { LiveKitRoom } from '../../livekit/api/entities.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { Comparison } from './comparison.ts';
import type { Registry, Session } from './registry.ts';

/** Every room is looked at within four passes, so within 8 s, and at once when its number of people differs. */
const PASS_EVERY_MS = 2_000;
const PASSES_FOR_ALL = 4;
const ROOMS_EVERY_PASS = 25;
const LOOK_AGAIN_MS = 500;
const LISTS_AT_ONCE = 6;
/** One alone is a restart of livekit, or our own stop, which others tell of. */
const MISSES_TOLD = 2;

export interface ReconcileDeps {
  readonly registry: Registry;
  readonly comparison: Comparison;
  readonly livekit: Pick<LiveKitApi, 'listRooms' | 'listParticipants'>;
  readonly step: (run: () => void) => void;
  /** Called after a room was compared. */
  readonly onCompared: (session: Session) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Reconcile {
  /** One whole pass. Rejects when LiveKit can't be asked. */
  pass(): Promise<void>;
  /** Looks at one room now. Rejects when LiveKit can't be asked. */
  look(room: string): Promise<void>;
  /** Looks at a room again in a moment. */
  doubt(room: string): void;
  start(): void;
  stop(): void;
}

/** Asks LiveKit regularly what is so, and repairs what lost, late or reordered webhooks left wrong. */
export function createReconcile(deps: ReconcileDeps): Reconcile {
  const { registry, comparison, livekit, step, onCompared, clock, log } = deps;
  const doubts = new Set<string>();
  let comparedAt = new Map<string, number>();
  let cancelDoubts: (() => void) | undefined;
  let cancelPasses: (() => void) | undefined;
  let last: Promise<void> = Promise.resolve();
  let busy = 0;
  let misses = 0;
  let first = true;

  async function compareRoom(name: string): Promise<void> {
    const session = registry.session(name);
    if (!session) return;
    const since = registry.now();
    const list = await livekit.listParticipants(name);
    step(() => comparison.participants(session, list, since));
    comparedAt.set(session.sid, clock.now());
    onCompared(session);
  }

  function due(rooms: readonly LiveKitRoom[]): Set<string> {
    const numbers = new Map(rooms.map((room) => [room.name, room.participants]));
    const sessions = registry.sessions();
    comparedAt = new Map(sessions.map(({ sid }) => [sid, comparedAt.get(sid) ?? 0]));
    const share = Math.max(ROOMS_EVERY_PASS, Math.ceil(sessions.length / PASSES_FOR_ALL));
    const inTurn = sessions
      .toSorted((a, b) => (comparedAt.get(a.sid) ?? 0) - (comparedAt.get(b.sid) ?? 0))
      .slice(0, share);
    const differing = sessions.filter(({ name }) => numbers.get(name) !== registry.seats(name).length);
    return new Set([...inTurn, ...differing].map(({ name }) => name));
  }

  async function run(onlyDoubts: boolean): Promise<void> {
    const doubted = [...doubts];
    doubts.clear();
    const since = registry.now();
    const rooms = await livekit.listRooms();
    step(() => comparison.rooms(rooms, since));
    await inParallel(onlyDoubts ? doubted : [...new Set([...doubted, ...due(rooms)])], compareRoom);
    if (first && !onlyDoubts) {
      step(() => comparison.forgotten('server_stopped'));
      first = false;
    }
  }

  /** One pass after the other: two at once would judge each other's changes. */
  function queue(onlyDoubts: boolean): Promise<void> {
    busy += 1;
    const mine = last
      .then(() => run(onlyDoubts))
      .finally(() => {
        busy -= 1;
      });
    last = mine.catch(() => undefined);
    return mine;
  }

  async function quietly(onlyDoubts: boolean): Promise<void> {
    try {
      await queue(onlyDoubts);
      if (misses >= MISSES_TOLD) log.info('livekit answers again');
      misses = 0;
    } catch (error) {
      misses += 1;
      if (misses === MISSES_TOLD)
        log.warn('livekit could not be asked who is there', { error: messageOf(error) });
    }
  }

  return {
    pass: () => queue(false),
    look(room) {
      doubts.add(room);
      return queue(true);
    },
    doubt(room) {
      doubts.add(room);
      cancelDoubts ??= clock.after(LOOK_AGAIN_MS, () => {
        cancelDoubts = undefined;
        void quietly(true);
      });
    },
    start() {
      cancelPasses ??= clock.every(PASS_EVERY_MS, () => {
        if (busy === 0) void quietly(false);
      });
      void quietly(false);
    },
    stop() {
      cancelPasses?.();
      cancelDoubts?.();
      cancelPasses = undefined;
      cancelDoubts = undefined;
    },
  };
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: LISTS_AT_ONCE }, worker));
}
