import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { ClientInfo } from './client-info.ts';

export type Handle = (request: Request, client: ClientInfo) => Response | Promise<Response>;

export type Admission =
  | { readonly ok: true; readonly identity: string; readonly room: string }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly message: string };

export interface SignallingOptions {
  /** Asked before anything reaches livekit, with the token livekit would look at. */
  readonly admit: (token: string | undefined, client: ClientInfo) => Admission | Promise<Admission>;
  /** Base http URL of livekit; undefined while it is down. */
  readonly target: () => string | undefined;
  /** Told when an identity in a room gets its first signalling connection, and when it has lost its last. */
  readonly onHolds?: (room: string, identity: string, holds: boolean) => void;
}

export interface FrontOptions {
  readonly bind: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Addresses or CIDRs of proxies whose X-Forwarded-For and X-Forwarded-Proto count. */
  readonly trustedProxies: readonly string[];
  readonly handle: Handle;
  readonly signalling: SignallingOptions;
  readonly log: Logger;
  readonly clock: Clock;
  readonly maxBodyBytes: number;
}

/** What faces the network: the API, the page and the signalling on one port. */
export interface Front {
  readonly port: number;
  readonly url: string;
  /** Live signalling connections. */
  connections(): number;
  /** Whether an identity in a room has a signalling connection, or is getting one. */
  holds(room: string, identity: string): boolean;
  /** Ends the signalling connections of an identity in a room, also those still being made. */
  drop(room: string, identity: string): void;
  /**
   * Takes no more connections, ends signalling, waits for answers under way and cuts what is left at the
   * deadline. Whoever streams must end their streams first.
   */
  stop(deadlineMs: number): Promise<void>;
}
