import { DomainError, messageOf } from '../lib/errors.ts';
import { scrub } from '../lib/scrub.ts';
import { backoffDelay, HEALTHY_AFTER_MS } from './backoff.ts';
import type { ChildExit, ChildSpec, ChildStatus, LastExit, Supervisor, SupervisorOptions } from './child.ts';
import { endChild } from './ending.ts';
import { LineTail } from './line-tail.ts';
import { announceChild, endOrphan, MARK, removePidFile, writePidFile } from './orphan.ts';
import { READY_LIMIT_MS, waitUntilReady } from './readiness.ts';
import { type RunningChild, spawnChild } from './spawn.ts';

export type {
  ChildExit,
  ChildSpec,
  ChildState,
  ChildStatus,
  LastExit,
  Supervisor,
  SupervisorOptions,
} from './child.ts';

/** So many of its last lines are logged when a child ends and nobody knows why. */
const LOGGED_LINES = 3;

/**
 * Keeps one child process alive: starts it, watches it become ready, starts it again with backoff after every
 * exit that nobody asked for (exit 0 too), and ends it in an orderly way. Knows nothing of what the child does.
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new ChildSupervisor(options);
}

/** One life of the child, from spawn to exit. */
interface Run {
  readonly child: RunningChild;
  readonly ready: Promise<number | undefined>;
  /** Resolves when the exit was recorded and cleaned up after. */
  readonly over: Promise<void>;
}

class ChildSupervisor implements Supervisor {
  readonly #listeners = new Set<(status: ChildStatus) => void>();
  #status: ChildStatus = { state: 'stopped', restarts: 0 };
  #tail = new LineTail();
  #failures = 0;
  #run: Run | undefined;
  /** A start that has not come to its spawn yet. */
  #launching: Promise<void> | undefined;
  #cancelBackoff: () => void = () => undefined;
  #stopping: { readonly done: Promise<void>; readonly endDrain: () => void } | undefined;

  constructor(private readonly options: SupervisorOptions) {}

  status(): ChildStatus {
    return this.#status;
  }

  lastLines(): readonly string[] {
    return this.#tail.lines();
  }

  onChange(listener: (status: ChildStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    if (this.#status.state !== 'stopped') return;
    this.#failures = 0;
    this.#change({ state: 'starting' });
    try {
      await endOrphan(this.options);
      await this.#launch();
    } catch (error) {
      if (error instanceof DomainError) {
        this.#change({ state: 'stopped' });
        throw error;
      }
      this.#failStart(error);
    }
    const run = this.#run;
    if (run !== undefined && (await run.ready) === undefined) await run.over;
  }

  stop(drainLimitMs: number): Promise<void> {
    this.#stopping ??= this.#beginStop();
    this.options.clock.after(drainLimitMs, this.#stopping.endDrain);
    return this.#stopping.done;
  }

  #beginStop(): { done: Promise<void>; endDrain: () => void } {
    const drain = Promise.withResolvers<void>();
    return { done: this.#stop(drain.promise), endDrain: drain.resolve };
  }

  async #stop(drainOver: Promise<void>): Promise<void> {
    this.#cancelBackoff();
    if (this.#status.state !== 'stopped') this.#change({ ...this.#status, state: 'stopping' });
    // A start that is on its way sees the state when its preparations are done, and spawns nothing.
    await this.#launching?.catch(() => undefined);
    const run = this.#run;
    if (run !== undefined) {
      const { settleMs, clock } = this.options;
      await endChild({ child: run.child, ready: run.ready, settleMs, drainOver, clock });
      await run.over;
    }
    this.#stopping = undefined;
    this.#change({ state: 'stopped' });
  }

  #launch(): Promise<void> {
    this.#launching = this.#prepareAndSpawn().finally(() => {
      this.#launching = undefined;
    });
    return this.#launching;
  }

  async #prepareAndSpawn(): Promise<void> {
    const spec = await this.options.prepare();
    if (this.#status.state !== 'starting') return this.#cleanUp(spec);
    this.#tail = new LineTail();
    const { pidFile } = this.options;
    let child: RunningChild;
    try {
      await this.#quietly('the pid file could not be written', () => announceChild(pidFile));
      if (this.#status.state !== 'starting') return this.#cleanUp(spec);
      const marked = { ...spec, env: { ...spec.env, [MARK]: pidFile } };
      child = spawnChild(marked, (line) => this.#hear(line), this.options.clock);
    } catch (error) {
      await this.#cleanUp(spec);
      throw error;
    }
    const { clock } = this.options;
    this.#change({ state: 'starting', pid: child.pid, startedAt: clock.now() });
    const ready = this.#watchReadiness(child);
    this.#run = { child, ready, over: this.#watchExit(child, spec, ready) };
    await this.#quietly('the pid file could not be written', () => writePidFile(pidFile, child.pid));
  }

  #hear(line: string): void {
    this.#tail.add(line);
    this.options.onLine(line);
  }

  async #watchReadiness(child: RunningChild): Promise<number | undefined> {
    const { ready, readyLimitMs = READY_LIMIT_MS, clock, log, name } = this.options;
    const abort = new AbortController();
    void child.exited.then(() => abort.abort());
    const answered = await waitUntilReady({ ready, limitMs: readyLimitMs, signal: abort.signal, clock });
    if (abort.signal.aborted) return undefined;
    if (!answered) {
      log.error('a child did not become ready in time and is ended', { name, pid: child.pid });
      this.#tail.add(`(${name} was not ready after ${readyLimitMs / 1000} s and was ended)`);
      child.signal('SIGKILL');
      return undefined;
    }
    const readyAt = clock.now();
    // A stop that came meanwhile keeps its state.
    this.#change({
      ...this.#status,
      state: this.#status.state === 'starting' ? 'ready' : this.#status.state,
      readyAt,
    });
    return readyAt;
  }

  async #watchExit(child: RunningChild, spec: ChildSpec, ready: Promise<number | undefined>): Promise<void> {
    const exit = await child.exited;
    const readyAt = await ready;
    await this.#cleanUp(spec);
    await this.#quietly('the pid file could not be removed', () => removePidFile(this.options.pidFile));
    this.#run = undefined;
    const lastExit = this.#describe(exit);
    if (this.#status.state === 'stopping') return this.#change({ ...this.#status, lastExit });
    if (readyAt !== undefined && lastExit.at - readyAt >= HEALTHY_AFTER_MS) this.#failures = 0;
    this.#fail(lastExit);
  }

  #describe(exit: ChildExit): LastExit {
    const lastLines = this.#tail.lines();
    const cause = this.options.explain(lastLines, exit);
    return { ...exit, at: this.options.clock.now(), lastLines, ...(cause && { cause }) };
  }

  /** Records a failure and plans the next start. */
  #fail(lastExit: LastExit): void {
    const { clock, log, name } = this.options;
    this.#failures++;
    const delay = backoffDelay(this.#failures);
    this.#cancelBackoff = clock.after(delay, () => void this.#restart());
    this.#change({ state: 'backoff', nextStartAt: clock.now() + delay, lastExit });
    log.error('a child ended unasked and is started again', {
      name,
      code: lastExit.code ?? undefined,
      signal: lastExit.signal ?? undefined,
      cause: lastExit.cause?.title,
      fix: lastExit.cause?.fix,
      // Where nobody knows the cause, its own words are all that there is to go by.
      said: lastExit.cause || lastExit.lastLines.length === 0 ? undefined : lastWords(lastExit.lastLines),
      delayMs: delay,
    });
  }

  async #restart(): Promise<void> {
    this.#change({ state: 'starting', restarts: this.#status.restarts + 1 });
    try {
      await this.#launch();
    } catch (error) {
      this.#failStart(error);
    }
  }

  /** A start that came to no child: it counts like an exit, unless a stop came first. */
  #failStart(error: unknown): void {
    if (this.#status.state === 'starting') this.#fail(this.#describeFailedStart(error));
  }

  #describeFailedStart(error: unknown): LastExit {
    const fix = error instanceof DomainError ? error.fix : undefined;
    const lines = [messageOf(error), ...(fix === undefined ? [] : [fix])];
    const exit = { code: null, signal: null };
    const known =
      error instanceof DomainError && fix !== undefined
        ? { id: error.code, title: error.message, cause: error.message, fix }
        : this.options.explain(lines, exit);
    return { ...exit, at: this.options.clock.now(), lastLines: lines, ...(known && { cause: known }) };
  }

  async #cleanUp(spec: ChildSpec): Promise<void> {
    await this.#quietly('what a start had made could not be removed', async () => spec.cleanUp?.());
  }

  /** For housekeeping whose failure must not stop the supervision. */
  async #quietly(complaint: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.options.log.warn(complaint, { name: this.options.name, error: messageOf(error) });
    }
  }

  /** Counters and the last exit are carried over; what belongs to one run is not. */
  #change(next: Partial<ChildStatus> & Pick<ChildStatus, 'state'>): void {
    const { restarts, lastExit } = this.#status;
    this.#status = { restarts, ...(lastExit && { lastExit }), ...next };
    for (const listener of this.#listeners) this.#tell(listener);
  }

  /** One who can't hear it right now must not end the supervision. */
  #tell(listener: (status: ChildStatus) => void): void {
    try {
      listener(this.#status);
    } catch (error) {
      const { log, name } = this.options;
      log.error('a change of a child could not be told', { name, error: messageOf(error) });
    }
  }
}

/** The last lines of a child for the log, without the tokens that may stand in them. */
function lastWords(lines: readonly string[]): string {
  return scrub(lines.slice(-LOGGED_LINES).join(' | '));
}
