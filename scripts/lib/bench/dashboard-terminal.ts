import { readFileSync } from 'node:fs';
import { cleanEnvironment, didarCommand } from '../../../test/harness/executable.ts';
import { within } from '../../../test/harness/within.ts';
import { memoryOf } from './process-memory.ts';

/** Linux counts CPU time in these. */
const TICKS_A_SECOND = 100;
const LIMIT_MS = 30_000;
/** Short: what is waited for is measured. */
const POLL_MS = 2;
const KEPT_CHARACTERS = 50_000;

/** What it took over a time. */
export interface Cost {
  /** Percent of one core. */
  readonly cpu: number;
  /** Bytes a second to the terminal. */
  readonly bytes: number;
  /** Megabytes, resident. */
  readonly memory: number;
}

/** The dashboard in a terminal of which every byte is counted. */
export interface WatchedDashboard {
  press(key: string): void;
  /** Waits until the text was written. */
  shows(text: string): Promise<void>;
  cost(seconds: number): Promise<Cost>;
  /** Milliseconds from each key to the first byte that it brings. */
  keys(key: string, times: number, pauseMs: number): Promise<number[]>;
  leave(): Promise<void>;
}

export interface DashboardOptions {
  readonly socket: string;
  readonly home: string;
  readonly columns: number;
  readonly rows: number;
}

export function openDashboard({ socket, home, columns, rows }: DashboardOptions): WatchedDashboard {
  let bytes = 0;
  let written = '';
  let heard: (() => void) | undefined;
  const child = Bun.spawn([...didarCommand(), 'tui', '--socket', socket], {
    env: { ...cleanEnvironment(home), NO_COLOR: undefined, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
    terminal: {
      cols: columns,
      rows,
      data(_terminal, data) {
        bytes += data.length;
        written = (written + Buffer.from(data).toString()).slice(-KEPT_CHARACTERS);
        heard?.();
      },
    },
  });
  const press = (key: string): void => {
    written = '';
    child.terminal?.write(key);
  };

  return {
    press,
    shows: async (text) =>
      void (await within(LIMIT_MS, () => written.includes(text), `"${text}" on the screen`, POLL_MS)),
    async cost(seconds) {
      const [cpuBefore, bytesBefore, started] = [cpuSeconds(child.pid), bytes, performance.now()];
      await Bun.sleep(seconds * 1000);
      const elapsed = (performance.now() - started) / 1000;
      return {
        cpu: ((cpuSeconds(child.pid) - cpuBefore) / elapsed) * 100,
        bytes: (bytes - bytesBefore) / elapsed,
        memory: (await memoryOf(child.pid)).settled,
      };
    },
    async keys(key, times, pauseMs) {
      const took: number[] = [];
      for (let i = 0; i < times; i++) {
        const { promise, resolve } = Promise.withResolvers<void>();
        heard = resolve;
        const started = performance.now();
        press(key);
        await promise;
        took.push(performance.now() - started);
        await Bun.sleep(pauseMs);
      }
      heard = undefined;
      return took;
    },
    async leave() {
      press('q');
      await child.exited;
    },
  };
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
