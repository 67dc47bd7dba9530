import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Attributes, EndedSpan } from './tracer.ts';

const EVERY_MS = 5_000;
const LIMIT_MS = 5_000;
/** What comes while so many wait is dropped: a collector that is away must cost nothing. */
const MAX_WAITING = 2_048;
const MAX_BATCH = 512;
const KINDS = { internal: 1, server: 2, client: 3 } as const;
const ERROR = 2;

export interface OtlpOptions {
  /** Base URL of the collector; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  /** Sent with each request: the collector's key. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

export interface OtlpExporter {
  take(span: EndedSpan): void;
  start(): void;
  /** Sends what is left, once. */
  stop(): Promise<void>;
}

/**
 * Sends spans to a collector as OTLP/HTTP JSON. Ours: the SDK's packages are two megabytes, patch modules at run time
 * and bring a queue of their own, where this is one POST every five seconds.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createOtlpExporter(options: OtlpOptions): OtlpExporter {
  const { clock, log, fetch: send = fetch } = options;
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
  let waiting: EndedSpan[] = [];
  let dropped = 0;
  let isAway = false;
  let sending: Promise<void> | undefined;
  let end: () => void = () => undefined;

  async function post(): Promise<void> {
    const batch = waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    try {
      const answer = await send(url, {
        method: 'POST',
        headers: { ...options.headers, 'content-type': 'application/json' },
        body: JSON.stringify(requestOf(batch, options.version)),
        redirect: 'error',
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      if (isAway) log.info('the collector takes traces again', { dropped });
      [isAway, dropped] = [false, 0];
    } catch (error) {
      dropped += batch.length;
      // Once, not every five seconds.
      if (!isAway) log.warn('the collector does not take traces', { url, error: messageOf(error) });
      isAway = true;
    }
  }

  const flush = (): Promise<void> => {
    sending ??= post().finally(() => {
      sending = undefined;
    });
    return sending;
  };

  return {
    take(span) {
      if (waiting.length < MAX_WAITING) waiting.push(span);
      else dropped += 1;
    },
    start() {
      end = clock.every(EVERY_MS, () => void flush());
    },
    async stop() {
      end();
      await sending;
      await flush();
      waiting = [];
    },
  };
}

function requestOf(spans: readonly EndedSpan[], version: string): unknown {
  const resource = { attributes: attributesOf({ 'service.name': 'didar', 'service.version': version }) };
  return {
    resourceSpans: [
      { resource, scopeSpans: [{ scope: { name: 'didar', version }, spans: spans.map(spanOf) }] },
    ],
  };
}

function spanOf({
  traceId,
  spanId,
  parentId,
  kind,
  name,
  startedAt,
  endedAt,
  attributes,
  failure,
}: EndedSpan) {
  return {
    traceId,
    spanId,
    ...(parentId !== undefined && { parentSpanId: parentId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(endedAt),
    attributes: attributesOf(attributes),
    status: failure === undefined ? {} : { code: ERROR, message: failure },
  };
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}

function attributesOf(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: typedValue(value) }));
}

function typedValue(value: Attributes[string]) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
