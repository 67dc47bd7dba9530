import { DomainError } from '../lib/errors.ts';

/** One thing wrong with the configuration, and how to mend it. */
export interface Fault {
  /** The key, when the fault belongs to one. */
  readonly key?: string;
  /** `/etc/didar/config.yaml`, `DIDAR_SERVER_PORT` or `--port`. */
  readonly source?: string;
  /** Of the file, from 1. */
  readonly line?: number;
  /** What was written, without secrets. */
  readonly value?: string;
  /** A whole sentence part: `server.port is not a whole number`. */
  readonly problem: string;
  readonly fix: string;
}

/** All faults in one error, in the order in which people look for them: the file from the top, then the rest. */
export function invalidConfig(faults: readonly Fault[]): DomainError {
  const sorted = [...faults].sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  const count = sorted.length === 1 ? 'a fault' : `${sorted.length} faults`;
  return new DomainError(
    'config_invalid',
    [`the configuration has ${count}`, ...sorted.map(formatFault)].join('\n'),
    { details: { faults: sorted } },
  );
}

/** The faults that `invalidConfig` put into an error; none for other errors. */
export function faultsIn({ code, details }: DomainError): readonly Fault[] {
  return code === 'config_invalid' ? (details?.faults as readonly Fault[]) : [];
}

/** Two lines: where and what, then the fix. */
export function formatFault({ source, line, value, problem, fix }: Fault): string {
  const where = source ? `${source}${line ? `:${line}` : ''}: ` : '';
  const written = value === undefined ? '' : ` (${value})`;
  return `  ${where}${problem}${written}\n      fix: ${fix}`;
}

const SHOWN_VALUE_LENGTH = 80;
export const HIDDEN = '••••';

/** What may be shown of a value: secrets not at all, passwords in URLs not, and nothing that fills a screen. */
export function showable(raw: unknown, secret: boolean): string | undefined {
  if (raw === undefined || raw === null || typeof raw === 'object') return undefined;
  if (secret) return HIDDEN;
  const shown = hidePasswords(String(raw));
  const cut = shown.length > SHOWN_VALUE_LENGTH ? `${shown.slice(0, SHOWN_VALUE_LENGTH)}…` : shown;
  return JSON.stringify(cut);
}

/** `redis://:pw@host` becomes `redis://:••••@host`. */
export function hidePasswords(text: string): string {
  return text.replace(/(:\/\/[^\s:/@]*):[^\s]*@/g, `$1:${HIDDEN}@`);
}
