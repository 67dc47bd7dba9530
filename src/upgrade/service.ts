/** The server as something that can be stopped and started again with whatever executable is in place then. */
export interface Service {
  /** For people: "the process 4711", "didar.service". */
  readonly name: string;
  /** Stops it, and resolves when it has ended; people get the time to leave that the configuration gives them. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Why it will not come up any more; undefined while it may. */
  failed(): Promise<string | undefined>;
}
