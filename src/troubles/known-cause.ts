/** A trouble with a name: what doctor, `didar explain` and crash messages tell people. */
export interface KnownCause {
  /** Stable, lower case with dashes: `config-tls-block`. */
  readonly id: string;
  /** What one sees, in a few words. */
  readonly title: string;
  /** Why it happens, one or two sentences. */
  readonly cause: string;
  /** What to do next. */
  readonly fix: string;
  /** The key of Didar's configuration that it is about, where one is: `livekit.nodeIP`. */
  readonly key?: string;
}
