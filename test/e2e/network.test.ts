import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { SessionDescription, SignalRequest, SignalResponse } from '@livekit/protocol';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import { createAuthority, issueLeaf } from '../../src/network/tls/authority.ts';
import { livekitConfig } from '../fixtures/livekit.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type External, startExternal } from '../harness/external.ts';
import { attend, createRoom, joinToken, participant } from '../harness/people.ts';
import { takePorts } from '../harness/ports.ts';
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

const UNREACHABLE = {
  livekit: {
    external: true,
    host: 'ws://127.0.0.1:9',
    internalHost: 'http://127.0.0.1:9',
    apiKey: 'APItest',
    apiSecret: 'a-secret-of-the-tests-that-is-long-enough',
  },
};

/** An offer of a data channel, from an address (RFC 5737) that no packet comes back from. */
const OFFER = `v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=candidate:1 1 udp 2122260223 192.0.2.9 40000 typ host
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}
a=setup:actpass
a=mid:0
a=sctp-port:5000
`.replaceAll('\n', '\r\n');

/** A client whose media cannot come through: it offers, is answered, and gives up. */
async function offerFromNowhere(url: string, token: string): Promise<void> {
  const socket = new WebSocket(`${url}/rtc?protocol=9&auto_subscribe=1&access_token=${token}`);
  socket.binaryType = 'arraybuffer';
  const answered = new Promise<void>((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => {
      if (SignalResponse.fromBinary(new Uint8Array(data)).message.case === 'answer') resolve();
    });
    socket.addEventListener('close', () => reject(new Error('livekit closed before it answered')));
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const offer = new SessionDescription({ type: 'offer', sdp: OFFER });
  const request = new SignalRequest({ message: { case: 'offer', value: offer } });
  socket.send(new Uint8Array(request.toBinary()));
  await answered;
  socket.close();
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
      { name: 'signalling', state: 'ok', evidence: `livekit takes a join token at ${didar.url}` },
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

  test('names who could not connect, with the likely cause and what to do about it', async () => {
    const room = await createRoom(didar);
    const join = await joinToken(didar, room.name);
    await offerFromNowhere(join.url, join.token);
    const { failures } = await eventually(async () => {
      const seen = await health(didar);
      return seen.failures.some(({ identity }) => identity === join.identity) && seen;
    }, 'the failure in the list');
    expect(failures[0]).toMatchObject({
      room: room.name,
      identity: join.identity,
      cause: expect.stringContaining('no TURN that they can reach'),
      fix: expect.stringContaining('server.tls.mode'),
    });
    const told = await eventually(async () => {
      const query = `kind=participant.failed&room=${room.name}`;
      const { items } = await asAdmin<{ items: DidarEvent[] }>(didar, `/api/event?${query}`);
      return items[0];
    }, 'the event of the failure');
    expect(told).toMatchObject({ identity: join.identity, data: { cause: failures[0]?.cause ?? 'none' } });
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

describe('with TLS', () => {
  let didar: Didar;

  beforeAll(async () => {
    didar = await startDidar({ config: { server: { tls: { mode: 'self-signed' } } }, waitFor: 'nothing' });
    await eventually(async () => (await health(didar)).tests.length > 0, 'the first round of tests');
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  test('TURN over TLS is tested as clients use it, and the port that they dial is missed', async () => {
    const found = await testedNow(didar);
    expect(testOf(found, 'turn-tls-5349')).toMatchObject({
      state: 'ok',
      evidence: expect.stringMatching(/^a relay at 127\.0\.0\.1 port \d+/),
    });
    const dialled = testOf(found, 'turn-tls');
    expect(dialled).toMatchObject({ state: 'failed', fix: expect.stringContaining('server.port: 443') });
    expect(dialled.evidence).toContain(`On port ${didar.ports.server} it works`);
    expect(testOf(found, 'signalling')).toMatchObject({
      state: 'ok',
      evidence: expect.stringContaining('https://'),
    });
  });

  test('the certificate is shown with the days that are left of it', async () => {
    const { certificate, ports } = await testedNow(didar);
    expect(certificate).toMatchObject({ mode: 'self-signed', subjects: ['127.0.0.1'], problem: null });
    expect(certificate?.daysLeft).toBeGreaterThan(80);
    expect(ports).toContainEqual(
      expect.objectContaining({ port: didar.ports.turnTls, key: 'livekit.turn.tlsPort', listening: true }),
    );
  });
});

test('a certificate for another name is found by the tests that clients would fail as well', async () => {
  const authority = await createAuthority('Test', Date.now());
  const leaf = await issueLeaf(authority, { names: ['other.example'], addresses: [] }, Date.now());
  const folder = mkdtempSync(`${tmpdir()}/didar-certificate-`);
  await Promise.all([Bun.write(`${folder}/cert.pem`, leaf.cert), Bun.write(`${folder}/key.pem`, leaf.key)]);
  const tls = { mode: 'files', cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  const didar = await startDidar({ config: { server: { tls } }, waitFor: 'nothing' });
  try {
    const found = await eventually(async () => {
      const seen = await health(didar);
      return seen.tests.some(({ state }) => state === 'failed') && seen;
    }, 'the first round of tests');
    for (const name of ['signalling', 'turn-tls', 'turn-tls-5349']) {
      const failed = testOf(found, name);
      expect(failed).toMatchObject({ state: 'failed', evidence: expect.stringContaining('certificate') });
      expect(failed.fix).not.toBeNull();
    }
    expect(testOf(found, 'turn-udp').state).toBe('ok');
    expect(found.certificate?.problem).toBe('It is for other.example, not for 127.0.0.1.');
  } finally {
    await didar.cleanUp();
    rmSync(folder, { recursive: true });
  }
});

test('a name that does not resolve is named', async () => {
  const didar = await startDidar({ config: { server: { host: 'nowhere.invalid' } } });
  try {
    const found = await testedNow(didar);
    expect(testOf(found, 'signalling')).toMatchObject({
      state: 'failed',
      evidence: 'nowhere.invalid does not resolve to an address.',
      fix: expect.stringContaining('server.host'),
    });
  } finally {
    await didar.cleanUp();
  }
});

test('with a livekit.yaml of the operator, its own ports are tested and its own metrics read', async () => {
  const ports = await takePorts();
  const folder = mkdtempSync(`${tmpdir()}/didar-static-`);
  const key = { apiKey: 'APIowner', apiSecret: 'a-secret-that-the-operator-has-written-down' };
  const file = {
    ...livekitConfig(ports, key),
    prometheus: { port: ports.spare, username: 'ops', password: 'secret' },
    turn: {
      enabled: true,
      udp_port: ports.turnUdp,
      relay_range_start: ports.turnTls,
      relay_range_end: ports.turnTls,
    },
  };
  await Bun.write(`${folder}/livekit.yaml`, JSON.stringify(file));
  const didar = await startDidar({ env: { LIVEKIT_CONFIG_PATH: `${folder}/livekit.yaml` } });
  try {
    const found = await testedNow(didar);
    expect(found.tests.map(({ name, state }) => [name, state])).toEqual([
      ['signalling', 'ok'],
      ['ice-tcp', 'ok'],
      ['stun-udp', 'ok'],
      ['turn-udp', 'ok'],
    ]);
    expect(testOf(found, 'turn-udp').evidence).toBe(`a relay at 127.0.0.1 port ${ports.turnTls}`);
    expect(found.measuredAt).not.toBeNull();
    expect(found.ports.map(({ key }) => key)).toContain(`turn.udp_port in ${folder}/livekit.yaml`);
  } finally {
    await didar.cleanUp();
    ports.release();
    rmSync(folder, { recursive: true });
  }
});

test('while the media server is down nothing is tested, and that is said', async () => {
  const didar = await startDidar({ waitFor: 'health', config: UNREACHABLE });
  try {
    const { tests } = await testedNow(didar);
    expect(tests).toMatchObject([
      { name: 'signalling', state: 'untested', evidence: 'the media server is not running' },
    ]);
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
