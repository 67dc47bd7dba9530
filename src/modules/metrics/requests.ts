import { Counter, Histogram, type Registry } from 'prom-client';

/** One request that was answered. */
export interface Answered {
  readonly method: string;
  /** The route's template, so that no name and no id becomes a label; `none` where there is no route. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

const BUCKETS_S = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 5, 15];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts requests by route and status, and how long their answers took to begin. */
export function createRequestMetrics(registry: Registry) {
  const registers = [registry];
  const total = new Counter({
    name: 'didar_http_requests_total',
    help: 'Requests that were answered, by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'didar_http_request_duration_seconds',
    help: 'Time until an answer began, by route.',
    labelNames: ['method', 'route'],
    buckets: BUCKETS_S,
    registers,
  });
  return ({ method, route, status, seconds }: Answered): void => {
    // A method is the client's own word: anything at all may stand there.
    const known = METHODS.has(method) ? method : 'other';
    total.inc({ method: known, route, status });
    duration.observe({ method: known, route }, seconds);
  };
}
