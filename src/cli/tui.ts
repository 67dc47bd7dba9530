import type { Command } from 'commander';
import { version } from '../../package.json';
import type { Endpoint } from '../../tui/api/endpoint.ts';
import { FLAG_KEYS } from '../config/flags.ts';
import { systemClock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { addAddressOptions, type ClientOptions, socketPlaces } from './lib/client-options.ts';
import { print, printNote } from './lib/output.ts';
import { findSocket } from './lib/socket.ts';
import { stateDirectory } from './lib/state-directory.ts';
import { knownServers } from './tui/servers.ts';
import { type StartedServer, startServer } from './tui/start-server.ts';

/** `didar tui`, which is also what `didar` is on a terminal: the dashboard. */
export function addTui(program: Command): void {
  const command = program
    .command('tui')
    .description(
      'Shows the dashboard of the daemon that runs here, or starts one first; with --url of one elsewhere.',
    );
  addAddressOptions(command);
  command.option('--screen-reader', 'lines of text instead of a screen (or set DIDAR_SCREEN_READER=1)');
  for (const { flag, name } of SERVE_FLAGS)
    command.option(`--${flag} <value>`, `${name}, for a server that is started here`);
  command.action((options: TuiOptions) => showDashboard(options, serveArguments(command)));
}

/** What `serve` takes besides what finds a daemon. */
const SERVE_FLAGS = FLAG_KEYS.filter(({ flag }) => flag !== 'data');

function serveArguments(command: Command): string[] {
  const named = ['config', 'data', 'socket', ...SERVE_FLAGS.map(({ flag }) => flag)];
  return named.flatMap((flag) => {
    const option = command.options.find((candidate) => candidate.long === `--${flag}`);
    const value: unknown = option && command.getOptionValue(option.attributeName());
    return typeof value === 'string' ? [`--${flag}`, value] : [];
  });
}

interface TuiOptions extends ClientOptions {
  readonly screenReader?: boolean;
}

async function showDashboard(options: TuiOptions, serveArgs: readonly string[]): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw notTerminal();
  const { meant, servers } = await knownServers(options);
  const { endpoint, started } = meant.isLocal
    ? await reachHere(options, serveArgs)
    : { endpoint: await meant.open() };
  prepareInk(process.env);
  // Ink and React cost memory and time that no other command has to pay.
  const { runDashboard } = await import('../../tui/run.tsx');
  const end = await runDashboard({
    server: meant,
    endpoint,
    servers,
    version,
    clock: systemClock,
    env: process.env,
    stateDirectory: stateDirectory(process.env),
    isLinear: options.screenReader ?? process.env.DIDAR_SCREEN_READER === '1',
    ownsServer: started !== undefined,
  });
  if (end.message) printNote(end.message);
  if (started && end.stopServer) await started.stop();
  else if (started) print(`The server runs on as process ${started.pid}; its log is ${started.logPath}.`);
  process.exitCode = end.code;
}

const notTerminal = () =>
  new DomainError('usage', 'the dashboard needs a terminal for its input and output', {
    fix: 'run it in one, or use didar room and didar user, which print what scripts can read',
  });

interface Reached {
  readonly endpoint: Endpoint;
  readonly started?: StartedServer;
}

/** The daemon that runs here, or one that is started. */
async function reachHere(options: ClientOptions, serveArgs: readonly string[]): Promise<Reached> {
  const places = await socketPlaces(options);
  const running = await findSocket(places);
  if (running !== undefined) return { endpoint: { socket: running } };
  const logDirectory = stateDirectory(process.env);
  const started: StartedServer = await startServer({ args: serveArgs, places, logDirectory });
  return { endpoint: { socket: started.socket }, started };
}

/**
 * Ink decides when it is loaded: about colours, where it does not know NO_COLOR (no-color.org), and about drawing at
 * all, which it leaves where these variables say CI. By now it is sure that there is a terminal.
 */
function prepareInk(env: NodeJS.ProcessEnv): void {
  if (env.NO_COLOR || env.TERM === 'dumb') env.FORCE_COLOR = '0';
  delete env.CI;
  delete env.CONTINUOUS_INTEGRATION;
  // Where didar runs from source React would otherwise be the slower one for its developers.
  env.NODE_ENV ??= 'production';
}
