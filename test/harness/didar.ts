import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { System } from '../../src/modules/system/model.ts';
import { cleanEnvironment, didarCommand } from './executable.ts';
import { type ApiAnswer, type ApiInit, ok, request } from './http.ts';
import { type Ports, takePorts } from './ports.ts';
import { type Finished, isRunning, type Running, runProcess, startProcess } from './process.ts';
import { eventually, PATIENCE_MS } from './within.ts';

const STOP_LIMIT_MS = 30_000;
const READY_POLL_MS = 5;
const SHOWN_LOG_CHARACTERS = 8_000;

type Settings = Readonly<Record<string, unknown>>;

export interface DidarOptions {
  /** Merged, key by key, over a config that keeps to loopback and its own ports. */
  readonly config?: Settings;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
  /** Another daemon's home: its data directory is used, and not removed. */
  readonly home?: string;
  /** What the command begins with, to run it on another host. */
  readonly prefix?: readonly string[];
  /** Whether to ask for its readiness over its socket, where TCP will not do: another host, or HTTPS. */
  readonly askOverSocket?: boolean;
  /** How long it may take until that answers; 30 s when left out. */
  readonly readyLimitMs?: number;
  /** What to wait for: media too (the default), the API only, or nothing. */
  readonly waitFor?: 'ready' | 'health' | 'nothing';
}

/** A running daemon and the ways to it. */
export interface Didar {
  readonly url: string;
  readonly home: string;
  readonly dataDir: string;
  readonly socket: string;
  readonly configPath: string;
  readonly ports: Ports;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** Milliseconds from the spawn to the awaited answer. */
  readonly readyMs: number;
  readonly exited: Promise<number>;
  logs(): string;
  /** A request over TCP, as anyone or with a token. */
  api<T = unknown>(path: string, init?: ApiInit): Promise<ApiAnswer<T>>;
  /** A request over the unix socket, as the local admin. */
  local<T = unknown>(path: string, init?: ApiInit): Promise<ApiAnswer<T>>;
  /** A command of the same executable, at this daemon. */
  cli(args: readonly string[], options?: { stdin?: string; env?: Record<string, string> }): Promise<Finished>;
  /** The process id of its livekit-server, once there is one. */
  livekitPid(): Promise<number>;
  /** Resolves when livekit answers and the API says so. */
  ready(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>;
  /** SIGKILL; its livekit-server is left behind, as after a crash. */
  kill9(): Promise<void>;
  /** Starts it again with the same config, ports and data; stops it first when it still runs. */
  restart(): Promise<void>;
  /** Ends everything and removes the files. */
  cleanUp(): Promise<void>;
}

/** Starts `didar serve` in a home of its own, on ports that no other test has. */
export async function startDidar(options: DidarOptions = {}): Promise<Didar> {
  const { waitFor = 'ready', readyLimitMs = PATIENCE_MS } = options;
  const ports = await takePorts();
  const home = options.home ?? mkdtempSync(`${tmpdir()}/didar-`);
  const dataDir = `${home}/didar`;
  const socket = `${home}/didar.sock`;
  const configPath = `${home}/config.yaml`;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // JSON is YAML too.
  writeFileSync(configPath, JSON.stringify(merge(ownConfig(ports, dataDir), options.config ?? {}), null, 2));
  const env = cleanEnvironment(home, options.env);
  const url = `http://127.0.0.1:${ports.server}`;
  const command = [
    ...(options.prefix ?? []),
    ...didarCommand(),
    'serve',
    '--config',
    configPath,
    '--socket',
    socket,
    ...(options.args ?? []),
  ];
  let running: Running;
  let readyMs = Number.NaN;
  const knownLiveKits = new Set<number>();

  async function start(): Promise<void> {
    const started = performance.now();
    running = startProcess({ command, env, cwd: home });
    if (waitFor === 'nothing') return;
    await answers(waitFor === 'ready' ? '/api/ready' : '/api/health');
    readyMs = performance.now() - started;
    await noteLiveKit();
  }

  /** Polls densely, since start-up is measured with it. */
  async function answers(path: string): Promise<void> {
    const limit = performance.now() + readyLimitMs;
    let last = 'nothing answered';
    while (performance.now() < limit) {
      if (running.exitCode !== null) {
        throw new Error(`didar ended with ${running.exitCode} instead of starting:\n${running.output()}`);
      }
      try {
        const answer = options.askOverSocket
          ? await fetch(`http://localhost${path}`, { unix: socket })
          : await fetch(url + path);
        last = `${answer.status} ${await answer.text()}`;
        if (answer.status === 200) return;
      } catch (error) {
        last = String(error);
      }
      await Bun.sleep(READY_POLL_MS);
    }
    throw new Error(`${path} did not turn 200 (last: ${last}); its output:\n${running.output()}`);
  }

  async function noteLiveKit(): Promise<number | null> {
    const answer = await didar.local<System>('/api/system').catch(() => undefined);
    const pid = answer?.status === 200 ? answer.body.livekit.pid : null;
    if (pid !== null) knownLiveKits.add(pid);
    return pid;
  }

  const didar: Didar = {
    url,
    home,
    dataDir,
    socket,
    configPath,
    ports,
    env,
    get pid() {
      return running.pid;
    },
    get readyMs() {
      return readyMs;
    },
    get exited() {
      return running.exited;
    },
    logs: () => running.output(),
    api: (path, init) => request(url + path, init),
    local: (path, init) => request(`http://localhost${path}`, init, socket),
    cli: (args, extra = {}) =>
      runProcess({
        command: [...didarCommand(), ...args],
        env: { ...env, DIDAR_CONFIG: configPath, ...extra.env },
        cwd: home,
        stdin: extra.stdin,
      }),
    livekitPid: () => eventually(noteLiveKit, 'a livekit process id in /api/system'),
    ready: () => answers('/api/ready'),
    signal: (signal) => running.kill(signal),
    async stop() {
      running.kill('SIGTERM');
      return await exitWithin(running, STOP_LIMIT_MS);
    },
    async kill9() {
      running.kill('SIGKILL');
      await running.exited;
    },
    async restart() {
      if (running.exitCode === null) await didar.stop();
      await start();
    },
    async cleanUp() {
      if (running.exitCode === null) {
        await didar.stop().catch(async () => await didar.kill9());
      }
      for (const pid of knownLiveKits) if (await isRunning(pid, home)) process.kill(pid, 'SIGKILL');
      if (process.env.DIDAR_TEST_LOGS) console.log(running.output().slice(-SHOWN_LOG_CHARACTERS));
      ports.release();
      if (!options.home) rmSync(home, { recursive: true, force: true });
    },
  };

  try {
    await start();
  } catch (error) {
    await didar.cleanUp();
    throw error;
  }
  return didar;
}

/** The local admin's request whose answer must be a success. */
export async function asAdmin<T>(didar: Didar, path: string, init?: ApiInit): Promise<T> {
  return ok(await didar.local<T>(path, init));
}

async function exitWithin(running: Running, limitMs: number): Promise<number> {
  const late = Bun.sleep(limitMs).then(() => 'late' as const);
  const code = await Promise.race([running.exited, late]);
  if (code === 'late') throw new Error(`didar did not end within ${limitMs} ms:\n${running.output()}`);
  return code;
}

function ownConfig(ports: Ports, dataDir: string): Settings {
  return {
    server: { host: '127.0.0.1', bind: '127.0.0.1', port: ports.server, drainLimit: '1s' },
    data: dataDir,
    livekit: {
      port: ports.livekit,
      tcpPort: ports.livekitTcp,
      udpPorts: ports.udp,
      nodeIP: '127.0.0.1',
      turn: { udpPort: ports.turnUdp, tlsPort: ports.turnTls, relayPorts: ports.relay },
    },
    log: { format: 'json', level: 'debug' },
  };
}

function merge(base: Settings, over: Settings): Settings {
  const isSettings = (value: unknown): value is Settings =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = base[key];
    merged[key] = isSettings(below) && isSettings(value) ? merge(below, value) : value;
  }
  return merged;
}
