import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { cleanEnvironment, didarCommand } from './executable.ts';
import { ok, request } from './http.ts';
import { type Finished, type Running, runProcess, startProcess } from './process.ts';
import { eventually } from './within.ts';

/** Namespaces want root and their tools; a test that needs them is skipped by name elsewhere. */
export const mayMakeHosts =
  process.getuid?.() === 0 && ['unshare', 'nsenter', 'ip', 'mount'].every((tool) => Bun.which(tool));

export const PUBLIC_ADDRESS = '203.0.113.5';

export interface LoneHostOptions {
  /** With prefix; the first is where the default route leads. */
  readonly addresses?: readonly string[];
  /** What names resolve to; all else has no DNS server that answers. */
  readonly names?: Readonly<Record<string, string | readonly string[]>>;
  /** nftables' rules. */
  readonly firewall?: string;
}

/** A machine of its own for one didar: a network that looks public, its names, its firewall, and all ports free. */
export interface LoneHost {
  readonly home: string;
  readonly dataDir: string;
  readonly configPath: string;
  readonly socket: string;
  /** Replaces the configuration file. */
  configure(config: Readonly<Record<string, unknown>>): void;
  /** Runs something there to its end. */
  run(command: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
  /** Starts something there, which is ended with the host. */
  start(command: readonly string[], env?: Readonly<Record<string, string>>): Running;
  /** Starts the daemon, and waits until it answers; `media`: until calls can be made too. */
  serve(options?: { media?: boolean; env?: Readonly<Record<string, string>> }): Promise<Running>;
  /** A command of didar's. */
  didar(args: readonly string[]): Promise<Finished>;
  remove(): Promise<void>;
}

export function loneHost(options: LoneHostOptions = {}): LoneHost {
  const home = mkdtempSync(`${tmpdir()}/didar-host-`);
  const [dataDir, configPath, socket] = [`${home}/data`, `${home}/config.yaml`, `${home}/didar.sock`];
  mkdirSync(dataDir, { mode: 0o700 });
  const setUp = writeSetUp(home, options);
  const started: Running[] = [];
  // The namespace lives as long as this process does.
  const holder = startProcess({ command: ['unshare', '--net', '--mount', setUp], env: process.env });
  started.push(holder);

  async function inside(command: readonly string[]): Promise<readonly string[]> {
    await eventually(() => holder.output().includes('up') || holder.exitCode !== null, 'the host to be up');
    if (holder.exitCode !== null) throw new Error(`no such host can be made: ${holder.output()}`);
    return ['nsenter', `--target=${holder.pid}`, '--net', '--mount', `--wd=${home}`, ...command];
  }

  const envOf = (env: Readonly<Record<string, string>> = {}) =>
    cleanEnvironment(home, { DIDAR_CONFIG: configPath, ...env });

  const host: LoneHost = {
    home,
    dataDir,
    configPath,
    socket,
    configure(config) {
      // JSON is YAML too.
      writeFileSync(configPath, JSON.stringify({ data: dataDir, ...config }));
    },
    async run(command, env) {
      return await runProcess({ command: await inside(command), env: envOf(env) });
    },
    start(command, env) {
      const running = startProcess({
        command: ['nsenter', `--target=${holder.pid}`, '--net', '--mount', ...command],
        env: envOf(env),
      });
      started.push(running);
      return running;
    },
    async serve({ media = true, env } = {}) {
      await inside([]);
      const running = host.start([...didarCommand(), 'serve', '--socket', socket], env);
      const path = media ? '/api/ready' : '/api/health';
      await eventually(async () => {
        if (running.exitCode !== null) return true;
        return (await request(`http://localhost${path}`, {}, socket)).status === 200;
      }, `${path} of the lone host; its log: ${running.output()}`);
      if (running.exitCode !== null) throw new Error(`didar did not start: ${running.output()}`);
      return running;
    },
    didar: (args) => host.run([...didarCommand(), ...args]),
    async remove() {
      for (const running of started.toReversed()) {
        running.kill(running === holder ? 'SIGKILL' : 'SIGTERM');
        await running.exited;
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
  return host;
}

/** The local admin's request to the daemon of a lone host. */
export async function askHost<T>({ socket }: LoneHost, path: string, method = 'GET'): Promise<T> {
  return ok(await request<T>(`http://localhost${path}`, { method }, socket));
}

function writeSetUp(home: string, options: LoneHostOptions): string {
  const { addresses = [`${PUBLIC_ADDRESS}/24`], names = {}, firewall } = options;
  const hosts = Object.entries(names).flatMap(([name, all]) =>
    [all].flat().map((address) => `${address} ${name}`),
  );
  writeFileSync(`${home}/hosts`, ['127.0.0.1 localhost', ...hosts, ''].join('\n'));
  writeFileSync(`${home}/resolv.conf`, '');
  writeFileSync(`${home}/firewall`, firewall ?? '');
  const path = `${home}/set-up`;
  const lines = [
    '#!/bin/sh',
    'set -e',
    'ip link set lo up',
    'ip link add eth0 type veth peer name wire',
    'ip link set wire up',
    ...addresses.map((address) => `ip addr add ${address} dev eth0 ${address.includes(':') ? 'nodad' : ''}`),
    'ip link set eth0 up',
    'ip route add default dev eth0',
    `mount --bind ${home}/hosts /etc/hosts`,
    `mount --bind ${home}/resolv.conf /etc/resolv.conf`,
    ...(firewall === undefined ? [] : [`nft -f ${home}/firewall`]),
    'echo up',
    'exec sleep infinity',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  chmodSync(path, 0o700);
  return path;
}
