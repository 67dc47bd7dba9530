/** The server as something that can be stopped and started again with whatever executable is in place then. */
export interface Service {
  /** For people: "the process 4711", "didar.service". */
  readonly name: string;
  /** Stops it, and resolves when it has ended; people get the time to leave that the configuration gives them. */
  stop(): Promise<void>;
  /** Ends one that did not come up, within seconds: there is nobody in it to wait for. */
  end(): Promise<void>;
  start(): Promise<void>;
  /** Why it will not come up any more; undefined while it may. */
  failed(): Promise<string | undefined>;
  /** The last lines that it printed since it was started, or nothing. */
  lastWords(): Promise<string>;
}

/** How long `end` waits before it kills. Milliseconds. */
export const END_LIMIT_MS = 3000;
/** So many of the last words are shown. */
export const SHOWN_LINES = 10;
