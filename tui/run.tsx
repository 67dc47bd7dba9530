import { join } from 'node:path';
import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';
import type { Clock } from '../src/lib/clock.ts';
import { createApi } from './api/client.ts';
import type { Endpoint } from './api/endpoint.ts';
import { App } from './app.tsx';
import { writeCrashReport } from './crash.ts';
import { readLayout, writeLayout } from './layout-file.ts';
import { createDashboard, type Dashboard } from './state/dashboard.ts';
import type { Host } from './state/desk.ts';
import { FIRST_LAYOUT, type Layout, layoutFrom } from './state/layout.ts';
import type { Server } from './state/server.ts';
import { glyphsFor } from './theme/glyphs.ts';
import { themeFor } from './theme/theme.ts';

/** Above what comes by itself (10 a second), so that the frame after a key never waits for the one before it. */
const MAX_FPS = 60;
const HOME_AND_ERASE = '\u001b[H\u001b[J';
/** DECAWM: whether a line that is too long goes on in the next. */
const WRAP_ON = '\u001b[?7h';
const WRAP_OFF = '\u001b[?7l';
/** What a shell makes of them: 128 and the signal's number. */
const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export interface DashboardRun {
  /** The server that is shown first, and the way to it. */
  readonly server: Server;
  readonly endpoint: Endpoint;
  /** All servers that can be gone to, the first one too. */
  readonly servers: readonly Server[];
  /** Of this executable; the server's may be another. */
  readonly version: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a crash report and the layout go; made when it is missing. */
  readonly stateDirectory: string;
  /** Text that a screen reader can follow, line by line, instead of a screen. */
  readonly isLinear: boolean;
  /** The server of this machine was started for this dashboard: leaving asks what becomes of it. */
  readonly ownsServer: boolean;
}

export interface DashboardEnd {
  /** The exit code. */
  readonly code: number;
  /** The operator wants the server stopped as well. */
  readonly stopServer: boolean;
  /** What to say once the terminal is as it was. */
  readonly message?: string;
}

/**
 * Shows the dashboard until it is left. The terminal is handed back as it was in any case: on leaving, on SIGTERM,
 * SIGHUP and SIGINT, and on a crash, which leaves a report and code 1. Never throws.
 */
export async function runDashboard(run: DashboardRun): Promise<DashboardEnd> {
  const { promise: ended, resolve: end } = Promise.withResolvers<DashboardEnd>();
  const leave = (code = 0, stopServer = false) => end({ code, stopServer });

  const layoutPath = join(run.stateDirectory, 'dashboard.json');
  const host: Host = {
    copy: (text) => process.stdout.write(clipboardSequence(text)),
    exit: () => leave(),
    stopServer: run.ownsServer ? () => leave(0, true) : undefined,
    servers: run.servers,
    switchTo,
  };
  const show = (server: Server, endpoint: Endpoint, layout: Layout): Dashboard =>
    createDashboard({
      api: createApi(endpoint),
      clock: run.clock,
      version: run.version,
      server,
      layout,
      host,
    });
  let dashboard = show(
    run.server,
    run.endpoint,
    layoutFrom(readLayout(layoutPath), { ...FIRST_LAYOUT, theme: themeFor(run.env) }),
  );
  let wanted: Server | undefined;

  /** The operator's arrangement comes along: it is a habit, and no matter of a server. */
  async function switchTo(server: Server): Promise<void> {
    wanted = server;
    const endpoint = await server.open();
    // Meanwhile another one was chosen, or the dashboard left.
    if (wanted !== server) return;
    dashboard.stop();
    // What was looked for at the one is not at the other.
    dashboard = show(server, endpoint, { ...dashboard.layout, filters: {} });
    screen.rerender(app());
    dashboard.start();
  }
  let crash: unknown;
  /** Of what follows from the first crash nothing more is told. */
  const crashed = (error: unknown): void => {
    if (crash !== undefined) return;
    crash = error ?? 'nothing';
    const path = writeCrashReport(run.stateDirectory, error, {
      version: run.version,
      view: dashboard.ui.view,
      now: run.clock.now(),
    });
    const reason = error instanceof Error ? error.message : String(error);
    const message = `error: the dashboard crashed: ${reason}\nfix: please report it with ${path}`;
    end({ code: 1, stopServer: false, message });
  };
  const release = watchProcess({ crashed, signalled: (code) => leave(code) });

  const glyphs = glyphsFor(run.env);
  const app = () => (
    <App dashboard={dashboard} glyphs={glyphs} isLinear={run.isLinear} stopProcess={stopProcess} />
  );
  const screen = render(app(), {
    alternateScreen: !run.isLinear,
    exitOnCtrlC: false,
    incrementalRendering: !run.isLinear,
    maxFps: MAX_FPS,
  });
  const onResize = () => drawAnew(screen, app());
  if (!run.isLinear) {
    process.stdout.write(WRAP_OFF);
    process.stdout.on('resize', onResize);
  }
  screen.waitUntilExit().catch(crashed);
  dashboard.start();

  const result = await ended;
  wanted = undefined;
  dashboard.stop();
  process.stdout.off('resize', onResize);
  screen.unmount();
  process.stdout.write(WRAP_ON);
  release();
  // The view may be what it crashed of: it must not be the first thing that is shown the next time.
  const layout = crash === undefined ? dashboard.layout : { ...dashboard.layout, view: 'rooms' };
  const notKept = writeLayout(layoutPath, layout);
  return notKept === undefined
    ? result
    : { ...result, message: [result.message, notKept].filter(Boolean).join('\n') };
}

/**
 * When the terminal becomes narrower, Ink draws once more for the old width. Were those lines to wrap, it would be
 * wrong from then on about which line is where: so nothing wraps, and after each resize, once Ink is through, the
 * screen begins from nothing.
 */
function drawAnew(screen: Instance, app: ReactNode): void {
  screen.clear();
  process.stdout.write(HOME_AND_ERASE);
  screen.rerender(app);
}

/** OSC 52: the terminal itself copies, also through SSH. */
function clipboardSequence(text: string): string {
  return `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
}

interface Watching {
  readonly crashed: (error: unknown) => void;
  readonly signalled: (code: number) => void;
}

/** Hears of all that would end the process with the terminal left behind as it is. */
function watchProcess({ crashed, signalled }: Watching): () => void {
  const onSignal = (name: keyof typeof SIGNAL_CODES) => signalled(SIGNAL_CODES[name]);
  // The terminal went away: nobody is left to be told.
  const onGone = () => signalled(SIGNAL_CODES.SIGHUP);
  for (const name of Object.keys(SIGNAL_CODES)) process.on(name, onSignal);
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
  // Not taken back: what is still to be said on leaving must not end in another error.
  process.stdout.on('error', onGone);
  process.stderr.on('error', onGone);
  process.stdin.on('error', onGone);
  return () => {
    for (const name of Object.keys(SIGNAL_CODES)) process.off(name, onSignal);
    process.off('uncaughtException', crashed);
    process.off('unhandledRejection', crashed);
  };
}

/** Gives the shell its turn (Ctrl-Z); resolves after `fg`. */
function stopProcess(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(WRAP_ON);
    process.once('SIGCONT', () => {
      process.stdout.write(WRAP_OFF);
      resolve();
    });
    process.kill(process.pid, 'SIGSTOP');
  });
}
