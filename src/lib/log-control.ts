import type { LogLevel } from './log.ts';

/** Enough to see what led to a fault; some 100 kB. */
const KEPT_LINES = 500;

/** What can be asked of a running log, and changed. */
export interface LogControl {
  level(): LogLevel;
  setLevel(level: LogLevel): void;
  /** To be called with each line that is written. */
  keep(line: string): void;
  /** The newest lines, oldest first. */
  lines(): readonly string[];
}

export function createLogControl(first: LogLevel): LogControl {
  let level = first;
  let lines: string[] = [];
  return {
    level: () => level,
    setLevel(next) {
      level = next;
    },
    keep(line) {
      lines.push(line.trimEnd());
      // Not at every line: to shift an array costs its length.
      if (lines.length > 2 * KEPT_LINES) lines = lines.slice(-KEPT_LINES);
    },
    lines: () => lines.slice(-KEPT_LINES),
  };
}
