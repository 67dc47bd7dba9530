import type { Supervisor } from '../../supervisor/supervisor.ts';
import type { MetricsPlace } from '../metrics/fetch-metrics.ts';
import type { MediaServer, MissingSetting } from './media-server.ts';

export interface SupervisedOptions {
  readonly mode: 'embedded' | 'static';
  readonly supervisor: Supervisor;
  /** Base http:// URL of its API on this machine. */
  readonly url: string;
  readonly version: string;
  readonly metrics: () => MetricsPlace | undefined;
  readonly missing?: readonly MissingSetting[];
}

/** A livekit-server that is our own child. */
export function supervisedMediaServer(options: SupervisedOptions): MediaServer {
  const { mode, supervisor, url, version, metrics, missing = [] } = options;
  return {
    mode,
    missing,
    version: () => version,
    url() {
      const { state, readyAt } = supervisor.status();
      return state === 'ready' || (state === 'stopping' && readyAt !== undefined) ? url : undefined;
    },
    status: () => supervisor.status(),
    metrics,
    onChange: (listener) => void supervisor.onChange(listener),
    lastLines: () => supervisor.lastLines(),
    start: () => supervisor.start(),
    stop: (drainLimit) => supervisor.stop(drainLimit),
  };
}
