import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTerminal, type Terminal } from '../harness/tmux.ts';
import { type FakeServer, type FakeServerOptions, startFakeServer } from './fake-server.ts';

export interface ShownOptions extends Omit<FakeServerOptions, 'socket'> {
  readonly width?: number;
  readonly height?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** As if the dashboard had started the server. */
  readonly owns?: boolean;
  /** Servers that can be gone to, by their names; undefined is one that does not run. */
  readonly elsewhere?: Readonly<Record<string, Omit<FakeServerOptions, 'socket'> | undefined>>;
}

/** The real dashboard in a real terminal, before a server that does what the test says. */
export interface Shown {
  readonly server: FakeServer;
  readonly terminal: Terminal;
  /** Where crash reports and the layout go. */
  readonly reports: string;
  /** A server at the same place, after the first was stopped. */
  serveAgain(options: Omit<FakeServerOptions, 'socket'>): FakeServer;
  /** The dashboard in another terminal, as the same operator. */
  openAgain(): Promise<Terminal>;
  close(): Promise<void>;
}

export async function show(options: ShownOptions): Promise<Shown> {
  const directory = mkdtempSync(join(tmpdir(), 'didar-tui-'));
  const socket = join(directory, 'didar.sock');
  const reports = join(directory, 'reports');
  const servers = [startFakeServer({ ...options, socket })] as const;
  const running: FakeServer[] = [...servers];
  const others = Object.entries(options.elsewhere ?? {}).map(([name, world]) => {
    const path = join(directory, `${name}.sock`);
    if (world) running.push(startFakeServer({ ...world, socket: path }));
    return `${name}=${path}`;
  });
  const program = join(import.meta.dir, 'dashboard-process.ts');
  const open = () =>
    startTerminal({
      command: [process.execPath, program, socket, reports, options.owns ? 'owns' : '', ...others],
      env: { LC_ALL: 'C.UTF-8', ...options.env },
      width: options.width ?? 80,
      height: options.height ?? 24,
    });
  const terminals = [await open()] as const;
  const opened: Terminal[] = [...terminals];
  return {
    server: servers[0],
    terminal: terminals[0],
    reports,
    serveAgain(again) {
      const server = startFakeServer({ ...again, socket });
      running.push(server);
      return server;
    },
    async openAgain() {
      const terminal = await open();
      opened.push(terminal);
      return terminal;
    },
    async close() {
      for (const terminal of opened) await terminal.close();
      for (const server of running) await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
