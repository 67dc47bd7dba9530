import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { DomainError } from '../errors.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span while it lasts. */
export interface Span {
  /** What it turned out to be; replaces its first name. */
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** It did not come to what it was for. */
  fail(message: string): void;
}

/** A span that is over. Times are milliseconds since the epoch. */
export interface EndedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly kind: 'server' | 'client' | 'internal';
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  readonly failure: string | undefined;
}

export interface SpanOptions {
  readonly name: string;
  readonly kind: EndedSpan['kind'];
  readonly attributes?: Attributes;
  /** A `traceparent` header (W3C Trace Context) of who asked. */
  readonly traceparent?: string | null;
  /** Begins a trace of its own, whatever is under way: for what was only set off by that. */
  readonly isRoot?: boolean;
}

/** Follows what is done: who runs something says what it is, and what that runs in turn belongs to it. */
export interface Tracer {
  span<T>(options: SpanOptions, run: (span: Span) => Promise<T>): Promise<T>;
  /** The same, but nothing where no span is under way: for what would be noise by itself. */
  within<T>(options: SpanOptions, run: (span: Span) => Promise<T>): Promise<T>;
}

const NO_SPAN: Span = { rename: () => undefined, set: () => undefined, fail: () => undefined };

/** Follows nothing, and costs nothing. */
export const noTracer: Tracer = {
  span: (_options, run) => run(NO_SPAN),
  within: (_options, run) => run(NO_SPAN),
};

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = /^0+$/;
const SAMPLED = 1;
/** So many hexadecimal digits of a trace's id, which are random, decide whether it is kept. */
const DECIDING_DIGITS = 8;

export interface TracerOptions {
  readonly clock: Clock;
  /** Of the traces that begin here, this part is kept, 0 to 1; all when left out. */
  readonly share?: number;
  /** Told of each span that is over and kept; must not throw. */
  readonly onEnd: (span: EndedSpan) => void;
}

interface Context {
  readonly traceId: string;
  readonly spanId: string;
  readonly isKept: boolean;
}

/** Whoever sent `traceparent` has decided whether its trace is kept; else chance does, for all of a trace. */
export function createTracer({ clock, share = 1, onEnd }: TracerOptions): Tracer {
  const current = new AsyncLocalStorage<Context>();
  const isChosen = (traceId: string) =>
    Number.parseInt(traceId.slice(-DECIDING_DIGITS), 16) < share * 16 ** DECIDING_DIGITS;

  async function span<T>(options: SpanOptions, run: (span: Span) => Promise<T>): Promise<T> {
    const parent = options.isRoot ? undefined : (current.getStore() ?? parentOf(options.traceparent));
    const traceId = parent?.traceId ?? randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    const isKept = parent?.isKept ?? isChosen(traceId);
    const startedAt = clock.now();
    let { name, attributes = {} } = options;
    let failure: string | undefined;
    const span: Span = {
      rename(better) {
        name = better;
      },
      set(more) {
        attributes = { ...attributes, ...more };
      },
      fail(message) {
        failure = message;
      },
    };
    try {
      return await current.run({ traceId, spanId, isKept }, () => run(span));
    } catch (error) {
      // By its code, not its message: that may name people.
      failure ??= error instanceof DomainError ? error.code : 'error';
      throw error;
    } finally {
      const { kind } = options;
      const endedAt = clock.now();
      const parentId = parent?.spanId;
      if (isKept) onEnd({ traceId, spanId, parentId, kind, name, startedAt, endedAt, attributes, failure });
    }
  }

  return {
    span,
    within: (options, run) => (current.getStore() ? span(options, run) : run(NO_SPAN)),
  };
}

function parentOf(traceparent: string | null | undefined): Context | undefined {
  const [, traceId = '0', spanId = '0', flags = '0'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (NO_TRACE.test(traceId) || NO_TRACE.test(spanId)) return undefined;
  return { traceId, spanId, isKept: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}
