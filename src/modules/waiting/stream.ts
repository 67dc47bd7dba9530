import type { Clock } from '../../lib/clock.ts';
import type { WaitEnd, Waiter } from './queue.ts';
import type { WaitingRoom } from './waiting-room.ts';

/** Below the shortest idle limit of proxies in common use. */
const HEARTBEAT_MS = 15_000;

export interface WaitStreamOptions {
  /** Someone who waits, or how it ended already. */
  readonly who: Waiter | WaitEnd;
  readonly listen: WaitingRoom['listen'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with a function that ends this stream, for a stopping server; returns one to forget it. */
  readonly onOpen: (end: () => void) => () => void;
}

/**
 * One person's wait as server-sent events: `waiting`, then once `admitted`, `refused` or `ended`, after which it closes.
 * Asked for again with the same ticket it goes on, also after a restart of the server.
 */
export function waitStream({ who, listen, clock, signal, onOpen }: WaitStreamOptions): Response {
  const encoder = new TextEncoder();
  let close = (): void => undefined;

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      if ('state' in who) {
        send(frame(who.state, who));
        controller.close();
        return;
      }
      let open = true;
      const releases: (() => void)[] = [];
      close = () => {
        if (!open) return;
        open = false;
        for (const release of releases) release();
        signal.removeEventListener('abort', close);
        controller.close();
      };
      signal.addEventListener('abort', close, { once: true });
      send(frame('waiting', { state: 'waiting', since: new Date(who.since).toISOString() }));
      releases.push(
        listen(who, (end) => {
          if (end) send(frame(end.state, end));
          close();
        }),
        clock.every(HEARTBEAT_MS, () => send(': still here\n\n')),
        onOpen(close),
      );
    },
    cancel: () => close(),
  });

  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

function frame(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
