// Prometheus' own client for Node: 224 kB with its dependencies, kept by its community, no exporter of its own.
import { Registry } from 'prom-client';
import type { Usage } from '../usage/model.ts';
import { type HouseMetricsDeps, registerHouseMetrics } from './house.ts';
import type { LiveKitMetrics } from './livekit.ts';
import { type Answered, createRequestMetrics } from './requests.ts';
import { registerUsageMetrics } from './usage.ts';

export interface Metrics {
  /** The Prometheus text format, livekit's metrics after ours. */
  text(): Promise<string>;
  answered(request: Answered): void;
  start(): void;
  stop(): void;
}

export type MetricsDeps = Omit<HouseMetricsDeps, 'registry'> & {
  readonly livekit: LiveKitMetrics;
  readonly usage: () => Usage;
};

/** What can be measured of this server. */
export function createMetrics({ livekit, usage, ...deps }: MetricsDeps): Metrics {
  const registry = new Registry();
  const answered = createRequestMetrics(registry);
  registerUsageMetrics(registry, usage);
  const stopCounting = registerHouseMetrics({ ...deps, registry });

  return {
    answered,
    async text() {
      const theirs = await livekit.read();
      return `${await registry.metrics()}${scrapeOf(theirs)}${theirs ?? ''}`;
    },
    start: deps.loopDelay.start,
    stop() {
      stopCounting();
      deps.loopDelay.stop();
    },
  };
}

function scrapeOf(theirs: string | undefined): string {
  const name = 'didar_livekit_scrape_ok';
  return `# HELP ${name} 1 when the metrics of the media server follow.\n# TYPE ${name} gauge\n${name} ${Number(theirs !== undefined)}\n`;
}
