import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Diagnosis, Finding } from '../../src/modules/doctor/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { createRoom } from '../harness/people.ts';
import { startProcess } from '../harness/process.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

describe('a healthy server on this machine', () => {
  let didar: Didar;
  beforeAll(async () => {
    didar = await startDidar();
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  test('has no warning and no failure, and what does not apply says why', async () => {
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    expect(findings.filter(({ state }) => state === 'warning' || state === 'failed')).toEqual([]);
    for (const id of ['config', 'livekit.state', 'livekit.api', 'network.stun', 'network.turn-udp'])
      expect(findings.find((finding) => finding.id === id)).toMatchObject({ id, state: 'ok' });
    for (const { id, evidence } of findings) expect(`${id}: ${evidence}`).toMatch(/: .{10,}/);
    const slowest = Math.max(...findings.map(({ ms }) => ms));
    expect(slowest).toBeLessThan(5_000);
  });

  test('says so on the command line, with 0, as a table and as JSON', async () => {
    const table = await didar.cli(['doctor', '--socket', didar.socket]);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(
      /✓ ok +TURN relays over UDP +TURN over UDP, port \d+: a relay at 127\.0\.0\.1/,
    );
    expect(table.stdout).toMatch(/\n\n\d+ ok, \d+ skipped\n$/);
    const json = await didar.cli(['doctor', '--socket', didar.socket, '--json']);
    expect((JSON.parse(json.stdout) as Diagnosis).findings.length).toBeGreaterThan(20);
  });

  test('that lost its media server and has it back tells of it, with its last words', async () => {
    const pid = await didar.livekitPid();
    process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      const now = await didar.livekitPid();
      return now !== pid && (await didar.api('/api/ready')).status === 200;
    }, 'the media server to be back');
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    const state = findings.find(({ id }) => id === 'livekit.state');
    expect(state).toMatchObject({ state: 'warning' });
    expect(state?.evidence).toMatch(/is ready, after it ended at .*restarts: 1/);
  });

  test('with a room that lingers by values of its own names it, and how to change them', async () => {
    const { name } = await createRoom(didar, { departureTimeout: 10_800 });
    const timeouts = async () => {
      const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
      return findings.find(({ id }) => id === 'rooms.timeouts');
    };
    const found = await timeouts();
    expect(found).toMatchObject({ state: 'warning', trouble: 'room-lingers' });
    expect(found?.evidence).toContain('rooms.departureTimeout 20 s (default)');
    expect(found?.evidence).toContain(
      `${name} has emptyTimeout 300 s and departureTimeout 10800 s of its own`,
    );
    const change = /\{.*\}/.exec(found?.fix ?? '')?.[0] ?? '';
    await asAdmin(didar, `/api/room/${name}`, { method: 'PATCH', json: JSON.parse(change) });
    expect(await timeouts()).toMatchObject({ state: 'ok' });
  });

  test('is examined for admins only', async () => {
    expect(await didar.api('/api/system/doctor', { method: 'POST' })).toMatchObject({ status: 401 });
  });
});

describe('with a livekit-server that dies at its start', () => {
  let didar: Didar | undefined;
  afterEach(async () => {
    await didar?.cleanUp();
  });

  test.each([
    ['could not resolve external IP', 'external-ip', 'livekit.nodeIP'],
    ['listen tcp :7880: bind: address already in use', 'port-in-use', 'livekit.port'],
    ['unable to connect to redis: dial tcp 10.0.0.9:6379: i/o timeout', 'redis', 'livekit.redis'],
  ])('saying "%s", the cause and its fix are told', async (lastLine, trouble, key) => {
    const home = mkdtempSync(`${tmpdir()}/didar-doctor-`);
    const binary = `${home}/livekit-server`;
    // As the real one does, it ends with 0.
    writeFileSync(
      binary,
      `#!/bin/sh\n[ "$1" = --version ] && echo "livekit-server version 1.13.5" || echo '${lastLine}' >&2\n`,
      { mode: 0o755 },
    );
    const started = await startDidar({ waitFor: 'health', config: { livekit: { binary } } });
    didar = started;
    const state = await eventually(async () => {
      const { findings } = await asAdmin<Diagnosis>(started, '/api/system/doctor', { method: 'POST' });
      return findings.find(({ id, trouble }) => id === 'livekit.state' && trouble !== null);
    }, 'the doctor to see how it died');
    expect(state).toMatchObject({ state: 'failed', trouble, key });
    expect(state.evidence).toContain(lastLine);
    expect(state.fix).toBeTruthy();
    rmSync(home, { recursive: true });
  });
});

describe('without a daemon', () => {
  let didar: Didar;
  beforeAll(async () => {
    didar = await startDidar();
    await didar.stop();
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  async function doctor(env: Record<string, string> = {}) {
    const { code, stdout } = await didar.cli(['doctor', '--json'], { env });
    const { findings } = JSON.parse(stdout) as Diagnosis;
    return { code, finding: (id: string) => findings.find((finding) => finding.id === id) as Finding };
  }

  test('what can be seen without one is seen, and nothing is wrong', async () => {
    const { code, finding } = await doctor();
    expect(code).toBe(0);
    expect(finding('network.ports')).toMatchObject({ state: 'ok' });
    expect(finding('livekit.state')).toMatchObject({ state: 'skipped' });
  });

  test('each fault of the configuration is named, with 1', async () => {
    const { code, finding } = await doctor({ DIDAR_LIVEKIT_TCP_PORT: 'many', DIDAR_SERVER_PRT: '1' });
    expect(code).toBe(1);
    const { state, evidence, fix } = finding('config');
    expect(state).toBe('failed');
    expect(evidence).toContain('livekit.tcpPort');
    expect(evidence).toContain('DIDAR_SERVER_PRT');
    expect(fix).toBeTruthy();
  });

  test('a port in use is named with who holds it and the key to change', async () => {
    using _holder = Bun.listen({
      hostname: '127.0.0.1',
      port: didar.ports.livekit,
      socket: { data: () => undefined },
    });
    const { code, finding } = await doctor();
    expect(code).toBe(1);
    const { state, evidence, key, trouble } = finding('network.ports');
    expect({ state, key, trouble }).toEqual({ state: 'failed', key: 'livekit.port', trouble: 'port-in-use' });
    expect(evidence).toContain(`(pid ${process.pid})`);
  });

  test('a livekit-server that is not there is named', async () => {
    const { code, finding } = await doctor({ DIDAR_LIVEKIT_BINARY: `${didar.home}/nowhere` });
    expect(code).toBe(1);
    expect(finding('livekit.binary')).toMatchObject({
      state: 'failed',
      evidence: `there is no livekit-server at ${didar.home}/nowhere`,
      key: 'livekit.binary',
    });
  });

  describe('a livekit.yaml of the operator’s', () => {
    async function configuration(text: string) {
      const path = `${didar.home}/livekit.yaml`;
      const keys = 'keys: {APIowner: a-secret-that-the-operator-has-written-down}';
      await Bun.write(path, `port: ${didar.ports.livekit}\n${keys}\n${text}\n`);
      const { code, finding } = await doctor({ LIVEKIT_CONFIG_PATH: path });
      return { path, code, ...finding('livekit.configuration') };
    }

    test.each([
      ['a tls: block', 'tls: {cert_file: a}', 'config-tls-block', /:3\b/, /Remove the tls: block/],
      ['an egress: block', 'egress: {s3: {}}', 'config-egress-block', /:3\b/, /Remove egress:/],
      [
        'TURN/TLS without a domain',
        'turn: {enabled: true, tls_port: 5349}',
        'turn-domain',
        /turn\.tls_port needs turn\.domain/,
        /set turn\.domain/,
      ],
      ['a key that is none', 'prot: 7880', 'config-unknown-key', /does not know prot/, /did you mean port/],
    ])('with %s fails, with line and fix', async (_, text, trouble, evidence, fix) => {
      const found = await configuration(text);
      expect(found).toMatchObject({ code: 1, state: 'failed', trouble });
      expect(found.evidence).toMatch(evidence);
      expect(found.fix).toMatch(fix);
    });

    test('that asks the internet for its address, and lets nobody be relayed, is warned of', async () => {
      const found = await configuration(
        'rtc: {use_external_ip: true, node_ip: 10.0.0.5}\nturn: {enabled: true, udp_port: 3478}',
      );
      expect(found).toMatchObject({ code: 0, state: 'warning', trouble: 'external-ip' });
      expect(found.fix).toContain('rtc.use_external_ip: false');
      const { livekit } = JSON.parse((await didar.cli(['version', '--json'])).stdout) as { livekit: string };
      const isRestricting = Bun.semver.satisfies(livekit, '>=1.12.0');
      expect(found.fix?.includes('allow_restricted_peer_cidrs: [10.0.0.5/32]')).toBe(isRestricting);
      expect(found.fix).toContain(`http://127.0.0.1:${didar.ports.server}/api/livekit/webhook`);
    });
  });

  test('a data directory that others may write to is named with the command', async () => {
    chmodSync(didar.dataDir, 0o777);
    const { finding } = await doctor();
    chmodSync(didar.dataDir, 0o700);
    expect(finding('data.directory')).toMatchObject({ state: 'failed', fix: `chmod go-w ${didar.dataDir}` });
  });

  test('a data directory in the hands of another daemon is named with its pid', async () => {
    await didar.restart();
    const { code, stdout } = await didar.cli(['doctor', '--json', '--socket', `${didar.home}/other.sock`]);
    await didar.stop();
    expect(code).toBe(1);
    const lock = (JSON.parse(stdout) as Diagnosis).findings.find(({ id }) => id === 'data.lock');
    expect(lock).toMatchObject({ state: 'failed', trouble: 'data-dir-locked' });
    expect(lock?.evidence).toContain(`(pid ${didar.pid})`);
  });

  test('rooms that linger are told with the value and where it comes from', async () => {
    const { code, finding } = await doctor({ DIDAR_ROOMS_DEPARTURE_TIMEOUT: '3h' });
    expect(code).toBe(0);
    const { state, evidence, key } = finding('rooms.timeouts');
    expect({ state, key }).toEqual({ state: 'warning', key: 'rooms.departureTimeout' });
    expect(evidence).toContain('rooms.departureTimeout 10800 s (env)');
  });

  test('a directory for recordings that can not be made is named', async () => {
    const { code, finding } = await doctor({ DIDAR_RECORDING_DIR: `${didar.configPath}/recordings` });
    expect(code).toBe(1);
    expect(finding('recording.directory')).toMatchObject({ state: 'failed', key: 'recording.dir' });
  });

  test('a Redis that is not there is named', async () => {
    const { finding } = await doctor({ DIDAR_LIVEKIT_REDIS: `redis://127.0.0.1:${didar.ports.spare}` });
    expect(finding('livekit.redis')).toMatchObject({ state: 'failed', key: 'livekit.redis' });
  });

  test.skipIf(Bun.which('redis-server') === null)(
    'a Redis that wants another password is named, and one that takes ours is fine',
    async () => {
      const port = String(didar.ports.spare);
      const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--requirepass', 'right'];
      const redis = startProcess({
        command: ['redis-server', ...options],
        env: process.env,
        cwd: didar.home,
      });
      try {
        await eventually(() => redis.output().includes('Ready to accept connections'), 'redis to be ready');
        const answer = async (password: string) =>
          (await doctor({ DIDAR_LIVEKIT_REDIS: `redis://:${password}@127.0.0.1:${port}` })).finding(
            'livekit.redis',
          );
        const wrong = await answer('wrong');
        expect(wrong).toMatchObject({ state: 'failed', trouble: 'redis' });
        expect(wrong.evidence).toContain('WRONGPASS');
        expect(wrong.evidence).not.toContain('wrong@');
        expect(await answer('right')).toMatchObject({ state: 'ok' });
      } finally {
        redis.kill('SIGTERM');
        await redis.exited;
      }
    },
  );

  test('a damaged database is named', async () => {
    const file = Bun.file(`${didar.dataDir}/didar.db`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const whole = bytes.slice();
    bytes.fill(0x5a, 8192, 8192 + 16_384);
    await Bun.write(file, bytes);
    const { code, finding } = await doctor();
    await Bun.write(file, whole);
    expect(code).toBe(1);
    expect(finding('data.database')).toMatchObject({ state: 'failed', key: 'data' });
  });
});
