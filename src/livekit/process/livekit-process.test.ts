import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livekitBinaries } from '../../../test/fixtures/livekit-binaries.ts';
import { type Ports, takePorts } from '../../../test/harness/ports.ts';
import { eventually } from '../../../test/harness/within.ts';
import { systemClock } from '../../lib/clock.ts';
import { silentLogger } from '../../lib/log.ts';
import type { Supervisor } from '../../supervisor/supervisor.ts';
import { generateLiveKitConfig, prometheusLogin } from '../config/generated.ts';
import { createLiveKitProcess, type LiveKitProcessOptions } from './livekit-process.ts';
import { listenPlaces } from './ports.ts';
import '../../../test/harness/slow.ts';

const BINARIES = livekitBinaries();
const NEWEST = BINARIES.at(-1) ?? { version: '', path: '' };
const SECRETS = { livekitApiKey: 'APIkey', livekitApiSecret: 's'.repeat(43) };

let dataDir: string;
let ports: Ports;
let running: Supervisor | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'didar-livekit-'));
  ports = await takePorts();
});

afterEach(async () => {
  await running?.stop(0);
  ports.release();
  await rm(dataDir, { recursive: true });
});

function rangeOf(text: string) {
  const [from = 0, to = 0] = text.split('-').map(Number);
  return { from, to };
}

function livekitConfig() {
  const turn = { enabled: true, udpPort: ports.turnUdp, tlsPort: 5349, relayPorts: rangeOf(ports.relay) };
  return {
    port: ports.livekit,
    bind: '127.0.0.1',
    tcpPort: ports.livekitTcp,
    udpPorts: rangeOf(ports.udp),
    turn,
  };
}

/** With everything that can be set. */
function yamlFor(version: string): string {
  return generateLiveKitConfig({
    livekit: livekitConfig(),
    rooms: { emptyTimeout: 300_000, departureTimeout: 20_000, maxParticipants: 100 },
    secrets: SECRETS,
    version,
    nodeIP: '127.0.0.1',
    webhookUrl: `http://127.0.0.1:${ports.server}/api/livekit/webhook`,
    prometheusPort: ports.spare,
    turnTls: { domain: 'meet.example.org', port: ports.turnTls },
    excludedInterfaces: ['docker0'],
  }).yaml;
}

function create(overrides: Partial<LiveKitProcessOptions> = {}): Supervisor {
  const version = overrides.version ?? NEWEST.version;
  running = createLiveKitProcess({
    binaryPath: NEWEST.path,
    version,
    dataDir,
    configYaml: async () => yamlFor(version),
    port: ports.livekit,
    listens: listenPlaces(livekitConfig()),
    clock: systemClock,
    log: silentLogger,
    onFact: () => undefined,
    ...overrides,
  });
  return running;
}

describe.each(BINARIES.map(({ version, path }) => [version, path] as const))(
  'livekit-server %s',
  (version, path) => {
    test('starts with the generated configuration, and leaves nothing behind', async () => {
      const livekit = create({ binaryPath: path, version });
      await livekit.start();
      expect(livekit.status()).toMatchObject({ state: 'ready', restarts: 0 });

      const configPath = join(dataDir, 'run', 'livekit.yaml');
      expect((await stat(configPath)).mode & 0o777).toBe(0o600);
      const commandLine = await readFile(`/proc/${livekit.status().pid}/cmdline`, 'utf8');
      expect(commandLine).not.toContain(SECRETS.livekitApiSecret);

      const { username, password } = prometheusLogin(SECRETS);
      const metrics = `http://127.0.0.1:${ports.spare}/metrics`;
      expect((await fetch(metrics)).status).toBe(401);
      const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
      expect(await (await fetch(metrics, { headers })).text()).toContain('livekit_');

      await livekit.stop(0);
      expect(livekit.status()).toMatchObject({ state: 'stopped', lastExit: { code: 0, signal: null } });
      expect(existsSync(configPath)).toBe(false);
    });

    test('is asked to end as soon as it is started, and ends by itself', async () => {
      const livekit = create({ binaryPath: path, version });
      const start = livekit.start();
      await livekit.stop(20_000);
      await start;
      expect(livekit.status().state).toBe('stopped');
      expect(livekit.status().lastExit?.signal ?? null).toBe(null);
    });
  },
);

test('a killed livekit-server is back on the same ports by itself', async () => {
  const livekit = create();
  await livekit.start();
  process.kill(Number(livekit.status().pid), 'SIGKILL');
  await eventually(
    () => livekit.status().restarts === 1 && livekit.status().state === 'ready',
    'the new start',
  );
  expect(livekit.status().lastExit).toMatchObject({ signal: 'SIGKILL' });
});

test('a configuration that ends the start is named from the last lines, though the exit code is 0', async () => {
  const livekit = create({ configYaml: async () => `${yamlFor(NEWEST.version)}\ntls: {}\n` });
  await livekit.start();
  expect(livekit.status()).toMatchObject({
    state: 'backoff',
    lastExit: { cause: { id: 'config-tls-block', key: 'server.tls.mode' } },
  });
  expect(existsSync(join(dataDir, 'run', 'livekit.yaml'))).toBe(false);
});

test('a static configuration is passed on as it is, and not removed', async () => {
  const staticConfigPath = join(dataDir, 'own.yaml');
  const text = `# mine\n${yamlFor(NEWEST.version)}`;
  await writeFile(staticConfigPath, text);
  const livekit = create({ staticConfigPath });
  await livekit.start();
  expect(livekit.status().state).toBe('ready');
  await livekit.stop(0);
  expect(await readFile(staticConfigPath, 'utf8')).toBe(text);
});

describe('a first start that cannot work is told before it is tried', () => {
  test('a port that another process holds, with its name, number and the key', async () => {
    const holder = createServer().listen(ports.livekitTcp, '0.0.0.0');
    await new Promise((resolve) => holder.once('listening', resolve));
    await expect(create().start()).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(`pid ${process.pid}`),
      fix: expect.stringContaining('livekit.tcpPort'),
    });
    holder.close();
  });

  test('a UDP port that another process holds', async () => {
    const socket = await Bun.udpSocket({ port: ports.turnUdp, hostname: '0.0.0.0' });
    await expect(create().start()).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(`UDP port ${ports.turnUdp}`),
      fix: expect.stringContaining('livekit.turn.udpPort'),
    });
    socket.close();
  });

  test('an address that this machine does not have', async () => {
    const listens = listenPlaces({ ...livekitConfig(), bind: '203.0.113.77' });
    await expect(create({ listens }).start()).rejects.toMatchObject({
      code: 'address_unavailable',
      fix: expect.stringContaining('livekit.bind'),
    });
  });

  test('a binary that is not there, or not executable', async () => {
    const binaryPath = join(dataDir, 'livekit-server');
    await expect(create({ binaryPath }).start()).rejects.toMatchObject({ code: 'binary_missing' });
    await writeFile(binaryPath, '#!/bin/sh\n');
    await chmod(binaryPath, 0o000);
    await expect(create({ binaryPath }).start()).rejects.toMatchObject({ code: 'binary_not_executable' });
  });

  test('a static configuration that cannot be read', async () => {
    await expect(create({ staticConfigPath: join(dataDir, 'nowhere.yaml') }).start()).rejects.toMatchObject({
      code: 'livekit_config_unreadable',
    });
  });
});
