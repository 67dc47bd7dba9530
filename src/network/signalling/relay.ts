import type { Clock } from '../../lib/clock.ts';
import { BunWebSocket } from './bun-websocket.ts';

/** What may wait in memory for a side that does not read; signalling is kilobytes, so this is a stuck peer. */
const BUFFER_MAX_BYTES = 4 * 1024 * 1024;
/** How long a peer that was told to close gets to do so. */
const CLOSE_LIMIT_MS = 5_000;

/** livekit tells whom it removes why, and closes: a connection of ours that ended first would look like a fault to them. */
const LAST_WORDS_MS = 500;

/** RFC 6455, section 7.4.1, and IANA's registry for 1012 and 1013. */
export const CLOSE = {
  normal: 1000,
  noStatus: 1005,
  abnormal: 1006,
  policy: 1008,
  restart: 1012,
  tryAgainLater: 1013,
} as const;

type Frame = string | ArrayBuffer;
type ClientSocket = Bun.ServerWebSocket<Relay>;

/**
 * One signalling connection: what the client sends goes to livekit and the other way round, frame by frame, with
 * close codes. Lives from the admission on, so that a kick also reaches a connection that is still being made.
 */
export class Relay {
  readonly #abort = new AbortController();
  #upstream: Bun.WebSocket | undefined;
  #client: ClientSocket | undefined;
  #early: Frame[] | undefined = [];
  #ended: { code: number; reason: string } | undefined;

  constructor(
    readonly room: string,
    readonly identity: string,
    private readonly options: { readonly clock: Clock; readonly onEnd: (relay: Relay) => void },
  ) {}

  /** Aborts when we end the connection, as opposed to either side; matters while it is still being made. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Takes the socket to livekit before it opens, for its first frames come with the answer to the upgrade. */
  attach(upstream: Bun.WebSocket): void {
    this.#upstream = upstream;
    upstream.addEventListener('message', (event) => this.#livekitSent(event.data));
    upstream.addEventListener('close', (event) => this.#finish(event.code, event.reason));
  }

  clientOpened(client: ClientSocket): void {
    this.#client = client;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const frame of early) client.send(frame);
    if (this.#ended) this.#closeClient(this.#ended.code, this.#ended.reason);
  }

  clientSent(frame: string | Buffer<ArrayBuffer>): void {
    const upstream = this.#upstream;
    if (this.#ended || upstream === undefined) return;
    upstream.send(frame);
    if (upstream.bufferedAmount > BUFFER_MAX_BYTES)
      this.end(CLOSE.tryAgainLater, 'the media server is too slow');
  }

  clientClosed(code: number, reason: string): void {
    this.#client = undefined;
    this.#finish(code, reason);
  }

  /** Ends both sides, once; the code is what the client and livekit are told. */
  end(code: number, reason: string): void {
    this.#abort.abort();
    this.#finish(code, reason);
  }

  /** The same for someone whom livekit removes too: once they are connected, livekit's own goodbye goes first. */
  endAfterGoodbye(code: number, reason: string): void {
    if (this.#client === undefined) this.end(code, reason);
    else this.options.clock.after(LAST_WORDS_MS, () => this.end(code, reason));
  }

  #finish(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = { code, reason };
    this.options.onEnd(this);
    this.#closeUpstream(code, reason);
    this.#closeClient(code, reason);
  }

  #livekitSent(frame: Frame): void {
    if (this.#early) {
      this.#early.push(frame);
      return;
    }
    this.#client?.send(frame);
    if ((this.#client?.getBufferedAmount() ?? 0) > BUFFER_MAX_BYTES) {
      this.end(CLOSE.tryAgainLater, 'the client is too slow');
    }
  }

  #closeClient(code: number, reason: string): void {
    const client = this.#client;
    if (client === undefined) return;
    if (code === CLOSE.abnormal) {
      client.terminate();
      return;
    }
    client.close(sendable(code), reason);
    this.options.clock.after(CLOSE_LIMIT_MS, () => client.terminate());
  }

  #closeUpstream(code: number, reason: string): void {
    const upstream = this.#upstream;
    if (upstream === undefined || upstream.readyState === BunWebSocket.CLOSED) return;
    if (code === CLOSE.abnormal || upstream.readyState === BunWebSocket.CONNECTING) {
      upstream.terminate();
      return;
    }
    upstream.close(sendable(code), reason);
    this.options.clock.after(CLOSE_LIMIT_MS, () => upstream.terminate());
  }
}

/** A close without a code cannot be sent as its number. */
function sendable(code: number): number {
  return code === CLOSE.noStatus ? CLOSE.normal : code;
}
