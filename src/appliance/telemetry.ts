import type { TelemetryConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { createOtlpExporter } from '../lib/tracing/otlp.ts';
import { createTracer, noTracer, type Tracer } from '../lib/tracing/tracer.ts';

export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what is left. */
  stop(): Promise<void>;
}

export interface TelemetryOptions {
  readonly config: TelemetryConfig;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Traces to the collector of the configuration; without one, none. */
export function startTelemetry({ config, version, clock, log }: TelemetryOptions): Telemetry {
  const { otlpEndpoint: endpoint } = config;
  if (endpoint === undefined) return { tracer: noTracer, stop: async () => undefined };
  const exporter = createOtlpExporter({ endpoint, version, clock, log });
  exporter.start();
  return { tracer: createTracer({ clock, onEnd: exporter.take }), stop: exporter.stop };
}
