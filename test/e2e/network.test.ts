import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type External, startExternal } from '../harness/external.ts';
import { attend, createRoom, participant } from '../harness/people.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const health = (didar: Didar) => asAdmin<NetworkHealth>(didar, '/api/system/network');
const testedNow = (didar: Didar) =>
  asAdmin<NetworkHealth>(didar, '/api/system/network/test', { method: 'POST' });

function testOf({ tests }: NetworkHealth, name: string) {
  const found = tests.find((one) => one.name === name);
  if (!found) throw new Error(`no test ${name} among ${tests.map((one) => one.name).join(', ')}`);
  return found;
}

describe('the health of the network', () => {
  let didar: Didar;

  beforeAll(async () => {
    didar = await startDidar();
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  test('shows that every way in works, by real exchanges with it', async () => {
    const found = await eventually(async () => {
      const now = await health(didar);
      return now.tests.length > 0 && now;
    }, 'the first round of tests');
    expect(found.tests.map(({ name, state, evidence }) => ({ name, state, evidence }))).toEqual([
      { name: 'signalling', state: 'ok', evidence: 'livekit takes a join token' },
      { name: 'ice-tcp', state: 'ok', evidence: '127.0.0.1 took a connection' },
      { name: 'stun-udp', state: 'ok', evidence: '127.0.0.1 answered and saw us come from 127.0.0.1' },
      {
        name: 'turn-udp',
        state: 'ok',
        evidence: expect.stringMatching(/^a relay at 127\.0\.0\.1 port \d+$/),
      },
    ]);
    const relay = Number(/port (\d+)/.exec(testOf(found, 'turn-udp').evidence)?.[1]);
    const [from, to] = didar.ports.relay.split('-').map(Number);
    expect(relay).toBeGreaterThanOrEqual(from ?? 0);
    expect(relay).toBeLessThanOrEqual(to ?? 0);
    expect(found.node).toMatchObject({
      ip: '127.0.0.1',
      source: 'configured',
      nat: false,
      seenAs: '127.0.0.1',
    });
    expect(found.certificate).toBeNull();
  });

  test('shows which ports have to be open, what listens, and the key that sets each', async () => {
    const { ports } = await testedNow(didar);
    const { server, livekitTcp, turnUdp } = didar.ports;
    expect(ports).toContainEqual(
      expect.objectContaining({ port: server, key: 'server.port', listening: true }),
    );
    expect(ports).toContainEqual(
      expect.objectContaining({ protocol: 'tcp', port: livekitTcp, key: 'livekit.tcpPort', listening: true }),
    );
    expect(ports).toContainEqual(
      expect.objectContaining({
        protocol: 'udp',
        port: turnUdp,
        key: 'livekit.turn.udpPort',
        listening: true,
      }),
    );
    expect(ports).toContainEqual(
      expect.objectContaining({ key: 'livekit.udpPorts', listening: null, public: true }),
    );
    expect(ports.map(({ port }) => port)).not.toContain(didar.ports.livekit);
  });

  test('counts who joined, by which path and how fast, and what flows; and goes on counting when livekit died', async () => {
    const room = await createRoom(didar);
    const before = await testedNow(didar);
    const anna = await attend(didar, room.name);
    const bert = await attend(didar, room.name);
    try {
      await anna.client.publishMicrophone(440);
      await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
      await eventually(
        async () => (await participant(didar, room.name, bert.identity))?.path === 'udp',
        'the path of bert',
      );
      const now = await eventually(async () => {
        const seen = await testedNow(didar);
        return seen.joins.ok >= before.joins.ok + 2 && seen.series.bytesIn.some((bytes) => bytes > 0) && seen;
      }, 'joins and bytes in the metrics');
      expect(now.joins.successRate).toBe(1);
      expect(now.paths.now).toEqual({ udp: 2, tcp: 0, 'turn-udp': 0, 'turn-tls': 0, unknown: 0 });
      expect(now.paths.day.udp).toBeGreaterThanOrEqual(2);
      expect(now.connectMs.p50).toBeGreaterThan(0);
      expect(now.connectMs.p95).toBeGreaterThanOrEqual(now.connectMs.p50 ?? 0);
      expect(now.failures).toEqual([]);

      process.kill(await didar.livekitPid(), 'SIGKILL');
      await eventually(async () => {
        const seen = await testedNow(didar);
        return seen.joins.ok >= now.joins.ok + 2 && testOf(seen, 'turn-udp').state === 'ok';
      }, 'both to be back and counted');
    } finally {
      await Promise.all([anna.client.close(), bert.client.close()]);
    }
  });

  test('is for admins, and the tests of the signalling leave no room behind', async () => {
    expect((await didar.api('/api/system/network')).status).toBe(401);
    expect((await didar.api('/api/system/network/test', { method: 'POST' })).status).toBe(401);
    const rooms = await asAdmin<{ items: { name: string }[] }>(didar, '/api/room');
    expect(rooms.items.map(({ name }) => name)).not.toContain('didar-self-test');
  });
});

test('an address that leads elsewhere is told from a server that does not run, with what to do', async () => {
  const didar = await startDidar({ config: { livekit: { nodeIP: '203.0.113.77' } } });
  try {
    const found = await testedNow(didar);
    expect(found.node).toMatchObject({ ip: '203.0.113.77', source: 'configured', nat: true });
    for (const name of ['stun-udp', 'turn-udp']) {
      const failed = testOf(found, name);
      expect(failed).toMatchObject({
        state: 'failed',
        ms: null,
        fix: expect.stringContaining('livekit.nodeIP'),
      });
      expect(failed.evidence).toContain('On 127.0.0.1 it answers');
    }
    expect(testOf(found, 'signalling')).toMatchObject({ state: 'ok' });
  } finally {
    await didar.cleanUp();
  }
});

describe('beside a livekit-server of somebody else', () => {
  let external: External;

  beforeAll(async () => {
    external = await startExternal();
  });
  afterAll(async () => {
    await external?.cleanUp();
  });

  test('only its signalling is tested, and what it does not show is said to be unknown', async () => {
    const found = await testedNow(external.didar);
    expect(found.tests).toMatchObject([{ name: 'signalling', state: 'ok' }]);
    expect(found.measuredAt).toBeNull();
    expect(found.joins).toEqual({ ok: 0, failed: 0, successRate: null });
    expect(found.quality.rtt).toBeNull();
    expect(found.series.bytesIn).toEqual([]);
    expect(found.ports.map(({ key }) => key)).toEqual(['server.port']);
  });
});
