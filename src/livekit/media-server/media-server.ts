import type { ChildStatus } from '../../supervisor/supervisor.ts';
import type { MetricsPlace } from '../metrics/fetch-metrics.ts';

/** What is known of the media server, whoever runs it. Times in milliseconds since the epoch. */
export interface MediaServerStatus extends Omit<ChildStatus, 'state'> {
  /** `unreachable`: an external one that does not answer. */
  readonly state: ChildStatus['state'] | 'unreachable';
  /** Why it is not ready, in a sentence for people; undefined when it is. */
  readonly reason?: string;
  readonly fix?: string;
}

/** Lines that a configuration which we don't write lacks, each with what to add. */
export interface MissingSetting {
  readonly what: string;
  readonly add: string;
}

/** livekit-server as the rest of the house sees it: a supervised child, or one that runs elsewhere. */
export interface MediaServer {
  readonly mode: 'embedded' | 'static' | 'external';
  readonly missing: readonly MissingSetting[];
  /** Undefined while it is not known. */
  version(): string | undefined;
  /** Base http(s):// URL of its API and signalling while it is ready, or drains; else undefined. */
  url(): string | undefined;
  status(): MediaServerStatus;
  /** Where its metrics are read; undefined where it shows none to us, or has not been started yet. */
  metrics(): MetricsPlace | undefined;
  onChange(listener: (status: MediaServerStatus) => void): void;
  /** Its newest log lines, oldest first; none for an external one. */
  lastLines(): readonly string[];
  /** Resolves when it is ready, or when the first failure was recorded. */
  start(): Promise<void>;
  /** Waits at most `drainLimit` ms for people to leave. */
  stop(drainLimit: number): Promise<void>;
}
