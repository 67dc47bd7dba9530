import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { startAppliance } from '../appliance.ts';
import type { LogConfig } from '../config/config.ts';
import { dataDirAt } from '../config/data-dir.ts';
import { loadConfig } from '../config/load.ts';
import { systemClock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { createLogger, type Logger } from '../lib/log.ts';
import { createLogControl, type LogControl } from '../lib/log-control.ts';
import { createServiceNotifier, type ServiceNotifier } from '../lib/sd-notify.ts';
import { CUT_OFF_SETTLE_MS, pendingUpgrade } from '../upgrade/pending.ts';
import { addConfigOptions, configFlags } from './lib/config-options.ts';
import { selfCommand } from './lib/self-command.ts';
import { socketsToListenOn } from './lib/socket.ts';
import { surroundings } from './lib/surroundings.ts';

type ServeOptions = Readonly<Record<string, string | undefined>>;

/** `didar serve`: the daemon, until a signal ends it. */
export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('Runs the server in the foreground: what systemd starts.');
  addConfigOptions(command).option('--socket <path>', 'unix socket to listen on').action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const around = surroundings();
  const reload = () => loadConfig({ ...around, flags: configFlags(options) });
  const { config, given, path: configPath, secretsGiven, warnings } = await reload();
  const logControl = createLogControl(config.log.level);
  const log = loggerFor(config.log, logControl);
  for (const warning of warnings) log.warn(warning);

  const sockets = socketsToListenOn({
    explicit: options.socket,
    dataDir: config.data,
    isDataGiven: given.data !== 'default',
    env: around.env,
  });
  for (const path of sockets) await mkdir(dirname(path), { recursive: true, mode: 0o700 });

  const systemd = createServiceNotifier({ env: around.env, pid: process.pid, clock: systemClock });
  const signals = watchSignals();
  const appliance = await startAppliance({
    config,
    configPath,
    secretsGiven,
    reload,
    sockets,
    env: around.env,
    pid: process.pid,
    selfCommand: selfCommand(),
    clock: systemClock,
    log,
    logControl,
  });
  if (appliance.setupCode !== undefined && process.stderr.isTTY) {
    process.stderr.write(
      `\n  No account yet. Setup code: ${appliance.setupCode}\n  Make the first admin at ${appliance.url}, or: didar user create --role admin\n\n`,
    );
  }
  systemd.ready(`people meet at ${appliance.url}`);
  const { path, database } = dataDirAt(config.data);
  systemClock.after(CUT_OFF_SETTLE_MS, () => {
    pendingUpgrade(path, database)
      .end()
      .catch((error: unknown) => log.warn('an upgrade can not be ended', { error: messageOf(error) }));
  });
  const isService = around.env.NOTIFY_SOCKET !== undefined;
  await untilStopped({
    signals,
    isService,
    log,
    systemd,
    drainLimit: config.server.drainLimit,
    stop: appliance.stop,
  });
  log.info('stopped');
  systemd.end();
}

type OnSignal = (signal: NodeJS.Signals) => void;

/** Signals from now on: one that comes before anybody listens is kept for who does. */
function watchSignals(): { listen(onSignal: OnSignal): void } {
  const early: NodeJS.Signals[] = [];
  let deliver: OnSignal = (signal) => void early.push(signal);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => deliver(signal));
  return {
    listen(onSignal) {
      deliver = onSignal;
      for (const signal of early.splice(0)) onSignal(signal);
    },
  };
}

const NOTHING_TO_READ =
  'SIGHUP: certificates are followed by themselves, and "didar log level" sets the level; for the rest: systemctl restart didar';

interface StopOptions {
  readonly signals: ReturnType<typeof watchSignals>;
  /** systemd started it: SIGHUP is no terminal that was closed, but somebody's wish that it read its files again. */
  readonly isService: boolean;
  readonly log: Logger;
  readonly systemd: Pick<ServiceNotifier, 'stopping'>;
  /** Milliseconds. */
  readonly drainLimit: number;
  readonly stop: (limit: number) => Promise<void>;
}

/** The first signal drains, the second one doesn't wait any longer. Resolves when everything is ended. */
function untilStopped({ signals, isService, log, systemd, drainLimit, stop }: StopOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let count = 0;
    signals.listen((signal) => {
      if (signal === 'SIGHUP' && isService) {
        log.warn(NOTHING_TO_READ);
        return;
      }
      count += 1;
      if (count === 1) {
        systemd.stopping('waiting for people to leave');
        log.info('stopping: waiting for people to leave', { signal, drainLimit });
      } else log.warn('stopping at once', { signal });
      stop(count === 1 ? drainLimit : 0).then(resolve, reject);
    });
  });
}

function loggerFor({ format }: LogConfig, control: LogControl): Logger {
  const isTerminal = process.stderr.isTTY;
  return createLogger({
    level: control.level,
    format: format === 'auto' ? (isTerminal ? 'pretty' : 'json') : format,
    write(line) {
      control.keep(line);
      process.stderr.write(line);
    },
    clock: systemClock,
  });
}
