import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import { fetchMetricsText } from '../livekit/metrics/fetch-metrics.ts';
import type { Events } from '../modules/events/service.ts';
import { createLiveKitMetrics } from '../modules/metrics/livekit.ts';
import { createLoopDelay } from '../modules/metrics/loop-delay.ts';
import { createMetrics, type Metrics, type MetricsDeps } from '../modules/metrics/metrics.ts';
import { createMetricsRepo } from '../modules/metrics/repo.ts';

export interface MetricsServiceDeps
  extends Pick<MetricsDeps, 'version' | 'health' | 'counts' | 'jobKinds' | 'ready' | 'streams' | 'usage'> {
  readonly db: Database;
  readonly media: MediaServer;
  readonly events: Events;
  readonly clock: Clock;
}

/** What Prometheus reads, put together: our own figures, and livekit's. */
export function metricsService(deps: MetricsServiceDeps): Metrics {
  const { db, media, events, clock, version, health, counts, jobKinds, ready, streams, usage } = deps;
  return createMetrics({
    version,
    clock,
    repo: createMetricsRepo(db),
    media,
    health,
    counts,
    jobKinds,
    ready,
    streams,
    usage,
    subscribe: events.subscribe,
    loopDelay: createLoopDelay(),
    livekit: createLiveKitMetrics({
      clock,
      async fetch(limitMs) {
        const place = media.url() === undefined ? undefined : media.metrics();
        return place && fetchMetricsText(place, limitMs);
      },
    }),
  });
}
