import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { KnownCause } from '../troubles/known-cause.ts';

/** What to start. Never a secret in `args`: anyone on the machine can read them. */
export interface ChildSpec {
  readonly command: string;
  readonly args: readonly string[];
  /** The child's whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes what `prepare` made; called after each exit. */
  readonly cleanUp?: () => Promise<void>;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export type ChildState = 'stopped' | 'starting' | 'ready' | 'backoff' | 'stopping';

export interface LastExit extends ChildExit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly lastLines: readonly string[];
  readonly cause?: KnownCause;
}

/** A picture of the child at one moment; times are milliseconds since the epoch. */
export interface ChildStatus {
  readonly state: ChildState;
  readonly pid?: number;
  readonly startedAt?: number;
  readonly readyAt?: number;
  /** How often it was started again after an exit nobody asked for. */
  readonly restarts: number;
  readonly nextStartAt?: number;
  readonly lastExit?: LastExit;
}

export interface SupervisorOptions {
  readonly name: string;
  /** Called before each start: writes the config file, checks the ports. */
  readonly prepare: () => Promise<ChildSpec>;
  /** One probe; asked again and again until true, raced against the exit. A rejection counts as "not yet". */
  readonly ready: (signal: AbortSignal) => Promise<boolean>;
  /** How long that may take before the start counts as failed, milliseconds; 30 s when not given. */
  readonly readyLimitMs?: number;
  /** Names the cause of an exit from the child's last lines. */
  readonly explain: (lastLines: readonly string[], exit: ChildExit) => KnownCause | undefined;
  readonly onLine: (line: string) => void;
  /** Where pid, start time and executable are kept (0600), so that an orphan is found by the next start. */
  readonly pidFile: string;
  /** No signal reaches the child before it was ready for this long, milliseconds. */
  readonly settleMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Supervisor {
  /**
   * Resolves when the child is ready, or when its first failure was recorded (it is then tried again, with
   * backoff). Rejects with what `prepare` threw on this first start, and stays stopped.
   */
  start(): Promise<void>;
  /** Ends the child: SIGTERM, at the limit a second one, at last SIGKILL. A second call can shorten the limit. */
  stop(drainLimitMs: number): Promise<void>;
  status(): ChildStatus;
  /** The first and the last lines of the child that runs, or ran last. */
  lastLines(): readonly string[];
  onChange(listener: (status: ChildStatus) => void): () => void;
}
