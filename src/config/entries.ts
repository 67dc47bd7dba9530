/** A value as somebody wrote it, with where, before anyone looked at what it means. */
export interface Entry {
  /** The key it claims to be: `server.port`. */
  readonly key: string;
  readonly raw: unknown;
  readonly origin: 'file' | 'env' | 'flag';
  /** What a fault names: the file, the variable, the flag. */
  readonly source: string;
  readonly line?: number;
}
