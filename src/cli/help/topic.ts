/** Something to read about that is no command. */
export interface Topic {
  readonly name: string;
  /** As the list of topics shows it, a few words. */
  readonly summary: string;
  /** Loaded when somebody wants to read it. */
  readonly load: () => Promise<() => string>;
}
