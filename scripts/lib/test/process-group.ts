import { readdir, readFile } from 'node:fs/promises';

/** In the environment of everything that a run starts, so that what it leaves behind can be told from other processes. */
const MARK = 'DIDAR_TEST_RUN';
/** How long what a command started may take to end after it. */
const GRACE_MS = 5_000;
const POLL_MS = 50;

export interface GroupResult {
  readonly ok: boolean;
  readonly output: string;
  /** The time limit was reached, and everything was ended. */
  readonly timedOut: boolean;
  /** Command lines of processes that were still there some seconds after the end. */
  readonly leftBehind: readonly string[];
  /** Milliseconds of CPU, of the command and all that it waited for. */
  readonly cpuMs: number;
}

export interface GroupOptions {
  readonly cwd: string;
  readonly limitMs: number;
  readonly graceMs?: number;
}

const running = new Map<string, number>();

/**
 * Runs a command as its own process group with a time limit, and ends everything that it leaves behind: daemons and
 * their children are in groups of their own, so they are found by a mark in their environment.
 */
export async function runInGroup(command: readonly string[], options: GroupOptions): Promise<GroupResult> {
  const mark = crypto.randomUUID();
  const child = Bun.spawn([...command], {
    cwd: options.cwd,
    env: { ...process.env, [MARK]: mark },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  running.set(mark, child.pid);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void endGroup(mark, child.pid);
  }, options.limitMs);
  try {
    const texts = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    const code = await child.exited;
    // a process left behind may hold the pipes open, so it has to go before they can be read to their end
    const leftBehind = await waitForLeftovers(mark, options.graceMs ?? GRACE_MS);
    await endGroup(mark, child.pid);
    const cpuMs = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000;
    return { ok: code === 0, output: (await texts).join(''), timedOut, leftBehind, cpuMs };
  } finally {
    clearTimeout(timer);
    running.delete(mark);
  }
}

/** On Ctrl-C and the like, ends what runs before ending itself: a group of its own hears nothing of the terminal. */
export function endOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, async () => {
      await Promise.all([...running].map(([mark, pid]) => endGroup(mark, pid)));
      process.exit(code);
    });
  }
}

async function waitForLeftovers(mark: string, graceMs: number): Promise<string[]> {
  const deadline = performance.now() + graceMs;
  for (;;) {
    const left = await marked(mark);
    if (left.length === 0 || performance.now() > deadline) return left.map((each) => each.command);
    await Bun.sleep(POLL_MS);
  }
}

async function endGroup(mark: string, pid: number): Promise<void> {
  kill(-pid);
  for (const each of await marked(mark)) kill(each.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

async function marked(mark: string): Promise<{ pid: number; command: string }[]> {
  const needle = `${MARK}=${mark}`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
      if (!(await read('environ')).split('\0').includes(needle)) return [];
      return [{ pid: Number(pid), command: (await read('cmdline')).replaceAll('\0', ' ').trim() }];
    }),
  );
  return found.flat().filter(({ command }) => command !== '');
}
