import { readdir } from 'node:fs/promises';
import { constants } from 'node:os';

const KEPT_CHARACTERS = 200_000;

export interface Running {
  readonly pid: number;
  readonly exited: Promise<number>;
  /** Null while it runs; 128 + n for signal n. */
  readonly exitCode: number | null;
  /** Both streams, as they came, the newest 200,000 characters. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface SpawnOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** A process whose output is kept. */
export function startProcess({ command, env, cwd }: SpawnOptions): Running {
  const child = Bun.spawn([...command], { env: { ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let kept = '';
  const keep = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) kept = (kept + decoder.decode(chunk)).slice(-KEPT_CHARACTERS);
  };
  // A grandchild may hold the pipes open for longer than the child lives: the exit does not wait for them.
  void keep(child.stdout);
  void keep(child.stderr);
  return {
    pid: child.pid,
    exited: child.exited,
    get exitCode() {
      return (
        child.exitCode ??
        (child.signalCode ? 128 + (constants.signals[child.signalCode as NodeJS.Signals] ?? 0) : null)
      );
    },
    output: () => kept,
    kill: (signal) => void child.kill(signal),
  };
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs something to its end, with `stdin` as its input. */
export async function runProcess(options: SpawnOptions & { readonly stdin?: string }): Promise<Finished> {
  const child = Bun.spawn([...options.command], {
    env: { ...options.env },
    cwd: options.cwd,
    stdio: [new TextEncoder().encode(options.stdin ?? ''), 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

/** Whether a process is there and no zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = Bun.file(`/proc/${pid}/stat`);
  const text = await stat.text().catch(() => '');
  return text !== '' && !/\) Z /.test(text);
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** As it was started, the program first; none of a zombie. */
  readonly argv: readonly string[];
}

/** Every process of the machine, but for those that end meanwhile. */
export async function allProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = (pid: number, name: string) =>
    Bun.file(`/proc/${pid}/${name}`)
      .text()
      .catch(() => '');
  return await Promise.all(
    pids.map(async (pid) => ({
      pid,
      parent: Number(/^PPid:\t(\d+)$/m.exec(await read(pid, 'status'))?.[1]),
      argv: (await read(pid, 'cmdline')).split('\0').slice(0, -1),
    })),
  );
}

/** Whether that process still is the one that was started with a word: numbers are given out again. */
export async function isRunning(pid: number, word: string): Promise<boolean> {
  const commandLine = await Bun.file(`/proc/${pid}/cmdline`)
    .text()
    .catch(() => '');
  return commandLine.includes(word);
}
