import type { DidarEvent, EventKind, EventOutcome } from './model.ts';

/** A fact to be told; `at` and `id` are given when it is recorded. */
export interface NewEvent {
  readonly kind: EventKind;
  readonly actor?: string | null;
  readonly room?: string | null;
  readonly identity?: string | null;
  /** What it happened to, as `user:u_…`; found in `data` by the kind when left out. */
  readonly object?: string | null;
  /** `done` when left out. */
  readonly outcome?: EventOutcome;
  /** The state of what was changed, null where there was or is none: kept in `data`, the fields that differ only. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly data?: Record<string, unknown>;
}

/** How every module tells what happened. */
export interface EventRecorder {
  /**
   * Stores one event and, once the surrounding `inTransaction` (if any) is committed, publishes it. Synchronous.
   * Throws what SQLite throws: an event that cannot be stored did not happen.
   */
  record(event: NewEvent): DidarEvent;
  /** Runs database writes and their events as one SQLite transaction; may be nested. */
  inTransaction<T>(run: () => T): T;
  /** To subscribers only, never stored (`id` 0): log lines and the like. */
  publish(event: NewEvent): void;
}
