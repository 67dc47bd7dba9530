/** What a value of the configuration may be: how it is read, what to say when it is not that, how it is shown. */
export interface Kind<T> {
  /** For help, the docs and faults: `a port from 1 to 65535`. */
  readonly expects: string;
  /** The placeholder in help: `--port <port>`. */
  readonly placeholder: string;
  /** `raw` is what YAML held, or the text of a variable or flag. */
  parse(raw: unknown, place: Place): Parsed<T>;
  /** As one would write it into the file. */
  show(value: T): unknown;
}

/** Where a value was written, for what depends on it. */
export interface Place {
  /** Relative paths start here: the file's directory, or the working directory for variables and flags. */
  readonly baseDir: string;
  /** What `~/` stands for. */
  readonly home?: string;
}

/** Undefined as a value is "none", for kinds that have a word for it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T | undefined }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

export function accept<T>(value: T | undefined): Parsed<T> {
  return { ok: true, value };
}

/** `problem` completes "KEY …": `is not a port`. `fix` is what to write instead. */
export function refuse<T>(problem: string, fix: string): Parsed<T> {
  return { ok: false, problem, fix };
}

/** A word for what YAML held instead of a plain value. */
export function natureOf(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  if (raw === null || raw === undefined) return 'nothing';
  if (typeof raw === 'object') return 'a section';
  return `the ${typeof raw} ${String(raw)}`;
}

/** A plain value as text, trimmed; undefined for lists and sections, which YAML may hold anywhere. */
export function plainText(raw: unknown): string | undefined {
  return typeof raw === 'object' || raw === undefined ? undefined : String(raw).trim();
}
