import type { TelemetryConfig } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { createOtlpExporter } from '../lib/tracing/otlp.ts';
import { parseOtlpHeaders } from '../lib/tracing/otlp-headers.ts';
import { createTracer, noTracer, type Tracer } from '../lib/tracing/tracer.ts';

export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what is left. */
  stop(): Promise<void>;
}

export interface TelemetryOptions {
  readonly config: TelemetryConfig;
  /** What the collector is sent with each request, as the configuration has it. */
  readonly headers: string | undefined;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Traces to the collector of the configuration; without one, none. */
export function startTelemetry({ config, headers, version, clock, log }: TelemetryOptions): Telemetry {
  const { otlpEndpoint: endpoint, samplePercent } = config;
  if (endpoint === undefined) return { tracer: noTracer, stop: async () => undefined };
  const exporter = createOtlpExporter({
    endpoint,
    headers: parseOtlpHeaders(headers ?? '') ?? {},
    version,
    clock,
    log,
  });
  exporter.start();
  return {
    tracer: createTracer({ clock, share: samplePercent / 100, onEnd: exporter.take }),
    stop: exporter.stop,
  };
}
