import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logging: a constant sentence, and what varies as fields. Never a secret in either. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same sink with fields added to every line. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The least important that is written; a function where that can change. */
  readonly level: LogLevel | (() => LogLevel);
  /** `json`: one object a line. `pretty`: time, level, sentence, fields for people. */
  readonly format: 'json' | 'pretty';
  readonly write: (line: string) => void;
  readonly clock?: Clock;
}

const COLOURS: Record<LogLevel, string> = { debug: '90', info: '36', warn: '33', error: '31' };

export function createLogger(options: LoggerOptions, base: LogFields = {}): Logger {
  const clock = options.clock ?? systemClock;
  const { level: least } = options;
  const threshold = () => LOG_LEVELS.indexOf(typeof least === 'function' ? least() : least);

  function emit(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(level) < threshold()) return;
    const all = plain({ ...base, ...fields });
    const time = new Date(clock.now()).toISOString();
    options.write(
      options.format === 'json'
        ? `${JSON.stringify({ time, level, message, ...all })}\n`
        : `${time.slice(11, 23)} \u001b[${COLOURS[level]}m${level.padEnd(5)}\u001b[0m ${message}${pairs(all)}\n`,
    );
  }

  return {
    debug: (message, fields) => emit('debug', message, fields),
    info: (message, fields) => emit('info', message, fields),
    warn: (message, fields) => emit('warn', message, fields),
    error: (message, fields) => emit('error', message, fields),
    child: (fields) => createLogger(options, { ...base, ...fields }),
  };
}

/** A logger that says nothing; for tests. */
export const silentLogger: Logger = createLogger({ level: 'error', format: 'json', write: () => undefined });

function plain(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, value instanceof Error ? value.message : value]),
  );
}

function pairs(fields: LogFields): string {
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
