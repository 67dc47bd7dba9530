import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { loadConfig } from '../config/load.ts';
import { readStaticConfig } from '../livekit/static/read-static-config.ts';
import { plannedPorts } from '../modules/network/ports.ts';
import { detectAddresses } from '../network/addresses/detect.ts';
import type { MediaPlan } from './media-plan.ts';
import { planNetwork } from './network-plan.ts';

const BINARY = { path: '/nowhere/livekit-server', version: '1.13.5', unpacked: false };
const EMBEDDED: MediaPlan = {
  mode: 'embedded',
  url: 'http://127.0.0.1:7880',
  binary: BINARY,
  host: '127.0.0.1',
};
const HERE = '198.51.100.9';
const PUBLIC = '203.0.113.5';

const folder = mkdtempSync(`${tmpdir()}/didar-plan-`);
afterAll(() => rmSync(folder, { recursive: true }));

async function planned(env: Record<string, string>, plan = EMBEDDED) {
  const { config } = await loadConfig({
    env: { HOME: folder, ...env },
    flags: {},
    cwd: folder,
    isRoot: false,
  });
  const addresses = await detectAddresses(config, async () => ({
    interfaces: [{ name: 'eth0', address: HERE, family: 'ipv4', kind: 'ordinary' }],
    outbound: { ipv4: HERE },
    resolved: [],
  }));
  return planNetwork({
    config,
    plan,
    addresses,
    urls: { http: () => 'https://meet.example.org' },
    port: () => config.server.port,
    certificates: undefined,
    turnTls: undefined,
  });
}

test('the signalling is tested by the URL that clients are given; behind a proxy by our own port', async () => {
  const url = async (env: Record<string, string>) => (await planned(env)).signallingUrl();
  expect(await url({})).toBe('https://meet.example.org');
  expect(await url({ DIDAR_LIVEKIT_HOST: 'wss://live.example.org/' })).toBe('https://live.example.org');
  expect(await url({ DIDAR_SERVER_TRUSTED_PROXIES: '127.0.0.1' })).toBe('http://127.0.0.1:8090');
});

test("livekit's own port is among those to open only where clients are sent to it", async () => {
  const keys = async (env: Record<string, string>) =>
    plannedPorts(await planned(env)).flatMap(({ key, public: isPublic }) => (isPublic ? [key] : []));
  const usual = ['server.port', 'livekit.udpPorts', 'livekit.tcpPort', 'livekit.turn.udpPort'];
  expect(await keys({})).toEqual(usual);
  expect(await keys({ DIDAR_LIVEKIT_TURN_ENABLED: 'false' })).toEqual(usual.slice(0, 3));
  expect(
    await keys({ DIDAR_LIVEKIT_BIND: '0.0.0.0', DIDAR_LIVEKIT_HOST: 'ws://meet.example.org:7880' }),
  ).toContain('livekit.port');
});

test('a static configuration is the one that tells address and ports, with its own keys', async () => {
  const path = `${folder}/livekit.yaml`;
  writeFileSync(
    path,
    `keys: {APItest: a-secret-of-the-tests-that-is-long-enough}
rtc: {node_ip: ${PUBLIC}, tcp_port: 7001, udp_port: 7002}
turn: {enabled: true, udp_port: 3479, relay_range_start: 31000, relay_range_end: 31010}
`,
  );
  const file = await readStaticConfig(path, BINARY.version);
  const plan = await planned({}, { mode: 'static', url: 'http://127.0.0.1:7880', binary: BINARY, file });
  expect(plan.node).toEqual({ ip: PUBLIC, ipv6: null, source: 'configured', nat: true });
  expect(plan.media).toEqual({
    tcp: { from: 7001, to: 7001, key: `rtc.tcp_port in ${path}` },
    udp: { from: 7002, to: 7002, key: `rtc.udp_port in ${path}` },
    turn: {
      udp: { from: 3479, to: 3479, key: `turn.udp_port in ${path}` },
      relay: { from: 31_000, to: 31_010, key: `turn.relay_range_start in ${path}` },
    },
  });
});
