import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { ListenPlace } from '../../network/front/listen-error.ts';
import type { ChildSpec, Supervisor } from '../../supervisor/supervisor.ts';
import { createSupervisor } from '../../supervisor/supervisor.ts';
import { explainText } from '../../troubles/explain.ts';
import { inspectBinary } from '../binary/inspect.ts';
import { type LogFact, parseLogLine } from '../logs/log-fact.ts';
import { assertReadable } from '../static/read-static-config.ts';
import { assertFree } from './ports.ts';

/** livekit-server swallows a signal in its first 100 ms of listening, and reads only two in its life. */
const SETTLE_MS = 300;
const PROBE_LIMIT_MS = 2_000;

export interface LiveKitProcessOptions {
  readonly binaryPath: string;
  /** What `binaryPath --version` says. */
  readonly version: string;
  /** Absolute path; the configuration and the pid file go into its `run` directory. */
  readonly dataDir: string;
  /** The generated configuration; asked before each start. Needed unless there is a static one. */
  readonly configYaml?: () => Promise<string>;
  /** `livekit.configPath`: a file of the operator's, which is passed on as it is and never written. */
  readonly staticConfigPath?: string;
  /** Where livekit's API answers on loopback. */
  readonly port: number;
  /** The address to ask there, when it is not 127.0.0.1. */
  readonly host?: string;
  /** What must be free before a start; see `listenPlaces`. */
  readonly listens?: readonly ListenPlace[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFact: (fact: LogFact) => void;
  /** Every line of its output. */
  readonly onLine?: (line: string) => void;
}

/**
 * livekit-server as a supervised child.
 * `start()` rejects with a DomainError that names what to change when a first start cannot work: `binary_missing`,
 * `binary_not_executable`, `binary_wrong_architecture`, `binary_noexec`, `port_in_use`, `port_forbidden`,
 * `address_unavailable`, `livekit_config_unreadable`. All else is in `status().lastExit`, with its cause.
 */
export function createLiveKitProcess(options: LiveKitProcessOptions): Supervisor {
  const { clock, log, onFact, onLine } = options;
  return createSupervisor({
    name: 'livekit-server',
    prepare: () => prepare(options),
    ready: (signal) => answers(options, signal),
    explain: (lastLines) => explainText(lastLines.join('\n'))[0],
    onLine(line) {
      onLine?.(line);
      const fact = parseLogLine(line);
      if (fact !== undefined) onFact(fact);
    },
    pidFile: join(options.dataDir, 'run', 'livekit.pid'),
    settleMs: SETTLE_MS,
    clock,
    log: log.child({ version: options.version }),
  });
}

async function prepare(options: LiveKitProcessOptions): Promise<ChildSpec> {
  const { binaryPath, dataDir, staticConfigPath, configYaml = noConfig, listens = [] } = options;
  const run = join(dataDir, 'run');
  await mkdir(run, { recursive: true, mode: 0o700 });
  await Promise.all([inspectBinary(binaryPath), assertFree(listens)]);
  if (staticConfigPath !== undefined) {
    await assertReadable(staticConfigPath);
    return specFor(binaryPath, staticConfigPath);
  }
  const configPath = join(run, 'livekit.yaml');
  // A file that a killed daemon left is removed first: writing into it would keep its mode.
  await rm(configPath, { force: true });
  await writeFile(configPath, await configYaml(), { mode: 0o600, flag: 'wx' });
  return { ...specFor(binaryPath, configPath), cleanUp: () => rm(configPath, { force: true }) };
}

async function noConfig(): Promise<string> {
  throw new Error('livekit-server needs configYaml or staticConfigPath');
}

/** No environment: livekit-server takes every setting from variables too, and ours are not meant for it. */
function specFor(command: string, configPath: string): ChildSpec {
  return { command, args: ['--config', configPath], env: {} };
}

async function answers(
  { host = '127.0.0.1', port }: LiveKitProcessOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_LIMIT_MS)]),
  });
  await answer.body?.cancel();
  return answer.status === 200;
}
