import { Webhook } from 'standardwebhooks';
import type { DidarEvent } from '../../../src/modules/events/model.ts';

/** Of a hundred deliveries so many are refused, and so many get no answer at all. */
const REFUSED = 4;
const UNANSWERED = 1;
const SLOWEST_MS = 400;
/** Longer than anyone waits for an answer. */
const NEVER_MS = 15_000;

/** The first time that an event arrived, in the order in which they did. */
export interface Arrival {
  readonly event: number;
  readonly kind: string;
  readonly object: string;
  readonly room: string | null;
}

export interface Receiver {
  readonly url: string;
  /** By delivery: how often it arrived. */
  readonly times: ReadonlyMap<string, number>;
  /** Of each delivery the first arrival. */
  readonly arrivals: readonly Arrival[];
  /** Deliveries that have not been answered yet. */
  readonly underWay: number;
  /** From now on, only what this secret signed counts; everything else is an error at the end. */
  expect(secret: string): void;
  readonly forged: number;
  /** From now on every delivery is taken in at once. */
  mend(): void;
  stop(): Promise<void>;
}

/** A program that is told what happens: now and then slow, out of order, or deaf, and never restarted. */
export function startReceiver(random: () => number): Receiver {
  const times = new Map<string, number>();
  const arrivals: Arrival[] = [];
  let underWay = 0;
  let forged = 0;
  let webhook: Webhook | undefined;
  let isWell = false;

  async function answer(request: Request): Promise<Response> {
    const text = await request.text();
    const headers = Object.fromEntries(request.headers);
    try {
      note(headers['webhook-id'] ?? '', webhook?.verify(text, headers) as { data: DidarEvent });
    } catch {
      forged += 1;
      return new Response(null, { status: 400 });
    }
    if (isWell) return new Response(null, { status: 204 });
    const dice = random() * 100;
    await Bun.sleep(dice < UNANSWERED ? NEVER_MS : random() ** 4 * SLOWEST_MS);
    return new Response(null, { status: dice < UNANSWERED + REFUSED ? 500 : 204 });
  }

  function note(id: string, { data }: { readonly data: DidarEvent }): void {
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    if (before > 0) return;
    const { id: event, kind, object, room } = data;
    arrivals.push({ event, kind, object: object ?? kind, room });
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      underWay += 1;
      try {
        return await answer(request);
      } finally {
        underWay -= 1;
      }
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/hook`,
    times,
    arrivals,
    get underWay() {
      return underWay;
    },
    get forged() {
      return forged;
    },
    expect(secret) {
      webhook = new Webhook(secret);
    },
    mend() {
      isWell = true;
    },
    stop: () => server.stop(true),
  };
}

/** Events that arrived for the first time after a later one about the same object had. */
export function outOfOrder(arrivals: readonly Arrival[]): Arrival[] {
  const newest = new Map<string, number>();
  return arrivals.filter(({ object, event }) => {
    const before = newest.get(object) ?? 0;
    newest.set(object, Math.max(before, event));
    return event < before;
  });
}
