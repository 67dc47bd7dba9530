import type { Clock } from '../../src/lib/clock.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import { rightsOf } from '../state/rights.ts';
import type { Snapshot, World } from '../state/world.ts';
import type { Api } from './client.ts';
import { textOf } from './error.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** The server sends a heartbeat every 15 s: two of them missing is a dead line. */
const SILENCE_LIMIT_MS = 40_000;
/** What no event tells: uptime, memory. */
const SYSTEM_REFRESH_MS = 10_000;
const EVENTS_AT_START = 500;

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** `since`: when the line was lost, milliseconds since the epoch. */
  | { readonly state: 'lost'; readonly since: number; readonly reason: string };

export interface FeedOptions {
  readonly api: Api;
  readonly world: World;
  readonly clock: Clock;
  /** After the world or the connection changed. */
  readonly changed: () => void;
}

/** Keeps a world equal to the server: a snapshot, then the stream; again from the snapshot after each break. */
export interface Feed {
  readonly connection: Connection;
  start(): void;
  stop(): void;
  /** Reconnects at once, and with it reads everything again. */
  refresh(): void;
}

export function createFeed({ api, world, clock, changed }: FeedOptions): Feed {
  let connection: Connection = { state: 'connecting' };
  let running = false;
  let line = new AbortController();
  let lastId: string | undefined;
  let wake: () => void = () => undefined;
  let retry = FIRST_RETRY_MS;

  function set(next: Connection): void {
    connection = next;
    changed();
  }

  /**
   * One connection, from its snapshot to its end; always throws. The server's first message is `hello` with the id
   * of its newest event: events up to it are history, told again, that the snapshot read after it contains. Later
   * ones wait until the snapshot is there; each carries its whole object, so none is lost.
   */
  async function follow(line: AbortController): Promise<void> {
    const waiting: DidarEvent[] = [];
    let newest: number | undefined;
    let loaded = false;
    const watchdog = createWatchdog(clock, SILENCE_LIMIT_MS, () =>
      line.abort(new Error('the line went silent')),
    );

    const take = (event: DidarEvent): void => {
      if (event.id !== 0 && event.id <= (newest ?? 0)) {
        world.remember(event);
      } else {
        world.apply(event);
        if (SYSTEM_EVENTS.test(event.kind)) void refreshSystem();
      }
      changed();
    };
    const begin = (): void => {
      load().then(
        (snapshot) => {
          if (line.signal.aborted) return;
          world.load(snapshot);
          loaded = true;
          for (const event of waiting) take(event);
          retry = FIRST_RETRY_MS;
          set({ state: 'live' });
        },
        (error: unknown) => line.abort(error),
      );
    };

    try {
      for await (const { event: name, data, id } of api.stream(lastId, line.signal)) {
        watchdog.heard();
        if (name === 'hello') {
          newest = idIn(data);
          lastId ??= String(newest);
          begin();
        }
        if (id !== undefined) lastId = id;
        const event = parseEvent(data);
        if (event === undefined) continue;
        if (loaded) take(event);
        else waiting.push(event);
      }
      throw new Error('the server ended the connection');
    } catch (error) {
      throw line.signal.aborted ? line.signal.reason : error;
    } finally {
      watchdog.stop();
      line.abort();
    }
  }

  async function load(): Promise<Snapshot> {
    const [system, setupCode, me, rooms, participants, waiting, recordings, events, log] = await Promise.all([
      api.system(),
      api.setupCode(),
      api.me(),
      api.rooms(),
      api.participants(),
      api.waiting(),
      api.recordings(),
      api.events(EVENTS_AT_START),
      api.log(),
    ]);
    const rights = rightsOf(me);
    return { system, setupCode, rights, rooms, participants, waiting, recordings, events, log };
  }

  async function refreshSystem(): Promise<void> {
    if (connection.state !== 'live') return;
    try {
      world.setSystem(...(await Promise.all([api.system(), api.setupCode()])));
      changed();
    } catch {
      // The stream will notice a lost server by itself.
    }
  }

  async function run(): Promise<void> {
    while (running) {
      line = new AbortController();
      try {
        await follow(line);
      } catch (error) {
        if (!running) return;
        if (error === REFRESH) continue;
        lost(error);
      }
      await pause(retry);
      retry = Math.min(retry * 2, LONGEST_RETRY_MS);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  function lost(error: unknown): void {
    const since = connection.state === 'lost' ? connection.since : clock.now();
    set({ state: 'lost', since, reason: textOf(error) });
  }

  let endRefresh: () => void = () => undefined;
  return {
    get connection() {
      return connection;
    },
    start() {
      running = true;
      endRefresh = clock.every(SYSTEM_REFRESH_MS, () => void refreshSystem());
      void run();
    },
    stop() {
      running = false;
      endRefresh();
      line.abort();
      wake();
    },
    refresh() {
      retry = FIRST_RETRY_MS;
      line.abort(REFRESH);
      wake();
    },
  };
}

/** After these, what `GET /api/system` answers is different. */
const SYSTEM_EVENTS = /^(livekit\.state|server\.|user\.)/;

const REFRESH = new Error('asked for');

/** Calls `silent` once nothing was heard for `limitMs`. */
function createWatchdog(clock: Clock, limitMs: number, silent: () => void) {
  let cancel = clock.after(limitMs, silent);
  return {
    heard() {
      cancel();
      cancel = clock.after(limitMs, silent);
    },
    stop: () => cancel(),
  };
}

function idIn(hello: string): number {
  const { lastEventId } = JSON.parse(hello) as { lastEventId?: unknown };
  return typeof lastEventId === 'number' ? lastEventId : 0;
}

function parseEvent(data: string): DidarEvent | undefined {
  try {
    const event: unknown = JSON.parse(data);
    const isEvent = typeof event === 'object' && event !== null && 'kind' in event && 'data' in event;
    return isEvent ? (event as DidarEvent) : undefined;
  } catch {
    return undefined;
  }
}
