import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import type { Room } from '../../src/modules/rooms/model.ts';
import { createAuthority, issueLeaf } from '../../src/network/tls/authority.ts';
import type { Report, Row } from '../../src/probe/report.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { request } from '../harness/http.ts';
import { type LoneHost, loneHost, mayMakeHosts, PUBLIC_ADDRESS } from '../harness/lone-host.ts';
import { createRoom, participants } from '../harness/people.ts';
import type { Finished } from '../harness/process.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

interface Probed {
  readonly code: number;
  readonly report: Report;
  row(id: string): Row;
}

function probed({ code, stdout, stderr }: Finished): Probed {
  if (!stdout.startsWith('{')) throw new Error(`no JSON but: ${stdout}${stderr}`);
  const report = JSON.parse(stdout) as Report;
  return {
    code,
    report,
    row(id) {
      const found = report.rows.find((row) => row.id === id);
      if (found === undefined) throw new Error(`there is no row ${id} in ${stdout}`);
      return found;
    },
  };
}

const states = ({ report }: Probed) => Object.fromEntries(report.rows.map(({ id, state }) => [id, state]));

describe('at a server nearby', () => {
  let didar: Didar;
  let room: Room;
  beforeAll(async () => {
    didar = await startDidar();
    room = await createRoom(didar);
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });
  const probe = async (...args: string[]) => probed(await didar.cli(['probe', ...args, '--json']));

  test('a join link tries each path that the server offers, and data comes back over it', async () => {
    const result = await probe(`${didar.url}/room/${room.name}`);
    expect(result).toMatchObject({ code: 0, report: { ok: true, reachable: true } });
    expect(states(result)).toMatchObject({
      signalling: 'ok',
      'path-udp': 'ok',
      'path-tcp': 'ok',
      'path-turn-udp': 'ok',
      'path-turn-tls': 'skipped',
    });
    for (const id of ['path-udp', 'path-tcp', 'path-turn-udp']) {
      const { quality } = result.row(id);
      expect(quality?.lossPercent).toBeLessThan(50);
      expect(quality?.rttMs).toBeGreaterThan(0);
    }
    expect(result.report.verdict).toMatchObject({ path: 'udp', fix: null });
  });

  test('whoever the probe sent into the room has left it afterwards', async () => {
    await eventually(async () => (await participants(didar, room.name)).length === 0, 'nobody in the room');
  });

  test('without a join it goes as far as signalling and STUN, a line for each step', async () => {
    const { stdout, code } = await didar.cli([
      'probe',
      didar.url,
      '--turn-port',
      String(didar.ports.turnUdp),
    ]);
    expect(stdout).toMatch(/^ok +Signalling +[\d.]+ ms {2}\/rtc answers/m);
    expect(stdout).toMatch(/^ok +STUN and TURN by UDP +[\d.]+ ms {2}.* sees us as 127\.0\.0\.1$/m);
    expect(stdout).toContain('\nAll that can be tried without a join works');
    expect(code).toBe(0);
  });

  test('a room that is not there is told in the words of the server', async () => {
    const result = await probe(`${didar.url}/room/no-such-room`);
    expect(result.code).toBe(1);
    expect(result.report.verdict).toMatchObject({
      path: null,
      fix: expect.stringContaining('didar room create'),
    });
  });

  test('a port where nothing listens and a name without address are unreachable', async () => {
    const refused = await probe(`http://127.0.0.1:${didar.ports.spare}`);
    expect(refused).toMatchObject({ code: 69, report: { reachable: false } });
    expect(refused.report.verdict.fix).toContain('server.port');
    const nameless = await probe('http://nowhere.invalid');
    expect(nameless).toMatchObject({ code: 69, report: { reachable: false } });
    expect(nameless.report.verdict.fix).toContain('A record');
  });

  test('https where there is none, and another server than didar, are told as what they are', async () => {
    const plain = await probe(didar.url.replace('http', 'https'));
    expect(plain).toMatchObject({ code: 1, report: { reachable: true } });
    expect(plain.report.verdict.fix).toContain(didar.url);
    const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('hello') });
    try {
      const result = await probe(`http://127.0.0.1:${other.port}`);
      expect(result.row('http')).toMatchObject({
        state: 'failed',
        fix: expect.stringContaining('Another web server'),
      });
    } finally {
      await other.stop(true);
    }
  });

  test('a STUN port where nothing answers fails, and what is no URL is wrong usage', async () => {
    const result = await probe(didar.url, '--turn-port', String(didar.ports.spare));
    expect(result).toMatchObject({ code: 1, report: { reachable: true } });
    expect(result.row('stun').state).toBe('failed');
    expect((await didar.cli(['probe', 'ftp://x'])).code).toBe(2);
    expect((await didar.cli(['probe'])).code).toBe(2);
    expect((await didar.cli(['probe', didar.url, '--ca', didar.configPath])).code).toBe(2);
  });
});

describe('at a server that lacks something', () => {
  let didar: Didar;
  afterEach(async () => {
    await didar?.cleanUp();
  });

  test('no TURN is named as not offered, and no failure; an API token makes and removes a room for it', async () => {
    didar = await startDidar({ config: { livekit: { turn: { enabled: false } } } });
    const json = { name: 'probe', scopes: ['admin'] };
    const { token } = await asAdmin<{ token: string }>(didar, '/api/token', { json });
    writeFileSync(`${didar.home}/token`, token);
    const options = ['--token-file', `${didar.home}/token`, '--json'];
    const result = probed(await didar.cli(['probe', didar.url, ...options]));
    expect(result.code).toBe(0);
    expect(states(result)).toMatchObject({ join: 'ok', 'path-udp': 'ok', 'path-turn-udp': 'skipped' });
    expect(result.row('path-turn-udp').fix).toContain('livekit.turn.enabled');
    expect((await asAdmin<{ items: Room[] }>(didar, '/api/room')).items).toEqual([]);

    const permissions = { publish: ['microphone' as const], subscribe: true, data: false, hidden: false };
    const quiet = await createRoom(didar, { permissions });
    const connected = probed(await didar.cli(['probe', didar.url, '--room', quiet.name, '--json']));
    expect(connected.row('path-udp').state).toBe('ok');
    expect(connected.row('path-udp').evidence).toContain('data is not allowed');
  });

  test('a media server that is down is told with its cause', async () => {
    const livekit = {
      external: true,
      host: 'ws://127.0.0.1:9',
      internalHost: 'http://127.0.0.1:9',
      apiKey: 'APItest',
      apiSecret: 'a-secret-of-the-tests-that-is-long-enough',
    };
    didar = await startDidar({ waitFor: 'health', config: { livekit } });
    const result = probed(await didar.cli(['probe', didar.url, '--json']));
    expect(result.code).toBe(1);
    expect(result.row('ready').state).toBe('failed');
    expect(result.report.verdict.text).toContain('No client can connect');
    expect(result.report.verdict.fix).not.toBeNull();
  });
});

const NAME = 'meet.example.org';
/** Below those that the kernel gives to clients. */
const RELAY_PORTS = '20000-20100';
const MEDIA_PORTS = '21000-21100';
const PRIVATE_ADDRESS = '10.0.0.5';
const authority = await createAuthority('Test', Date.now());

/** The relay reaches livekit on the same machine, which a firewall on the way does not see. */
const firewall = (rules: string) => `table inet lab {
  chain input {
    type filter hook input priority 0;
    udp sport ${RELAY_PORTS} accept
    udp dport ${RELAY_PORTS} accept
    ${rules}
  }
}
`;

describe.skipIf(!mayMakeHosts)('at a server with a name and TLS (namespaces, root)', () => {
  interface Setting {
    readonly firewall?: string;
    readonly names?: readonly string[];
    readonly addresses?: readonly string[];
    readonly now?: number;
    /** Whether to join too. */
    readonly join?: boolean;
    readonly port?: number;
    readonly nodeIP?: string;
    readonly turn?: boolean;
    /** Has another server on the port that TURN over TLS is dialled at. */
    readonly other443?: boolean;
  }

  /** A probe of a fresh server, by its name, from the same machine. */
  async function probeServer(setting: Setting): Promise<Probed> {
    const { addresses = [PUBLIC_ADDRESS] } = setting;
    const host = loneHost({
      addresses: [`${PUBLIC_ADDRESS}/24`, `${PRIVATE_ADDRESS}/24`],
      names: { [NAME]: addresses },
      firewall: setting.firewall,
    });
    try {
      return await probeOn(host, setting);
    } finally {
      await host.remove();
    }
  }

  async function probeOn(host: LoneHost, setting: Setting): Promise<Probed> {
    const { names = [NAME], now = Date.now(), join = false } = setting;
    const { port = 443, nodeIP, turn: enabled = true, other443 = false } = setting;
    const { cert, key } = await issueLeaf(authority, { names, addresses: [] }, now);
    writeFileSync(`${host.home}/ca.pem`, authority.cert);
    writeFileSync(`${host.home}/cert.pem`, cert);
    writeFileSync(`${host.home}/key.pem`, key);
    const tls = { mode: 'files', cert: `${host.home}/cert.pem`, key: `${host.home}/key.pem` };
    host.configure({
      server: { host: NAME, port, tls },
      livekit: { nodeIP, udpPorts: MEDIA_PORTS, turn: { enabled, relayPorts: RELAY_PORTS } },
    });
    await host.serve();
    if (other443) {
      const listen =
        'Bun.serve({ hostname: "0.0.0.0", port: 443, fetch: () => new Response() }); console.log("up")';
      const other = host.start([process.execPath, '--eval', listen]);
      await eventually(() => other.output().includes('up'), 'the other server to be up');
    }
    await request('http://localhost/api/room', { json: { name: 'lobby', access: 'public' } }, host.socket);
    const url = `https://${NAME}:${port}${join ? '/room/lobby' : ''}`;
    return probed(await host.didar(['probe', url, '--json', '--ca', `${host.home}/ca.pem`]));
  }

  test('all four paths work, TURN over TLS among them, and loss on one of them is measured', async () => {
    // ICE's checks alone, by their magic cookie, for the handshakes of werift take loss badly
    const lossy = firewall(`udp dport ${MEDIA_PORTS} @th,96,32 0x2112a442 numgen inc mod 12 == 0 drop`);
    const result = await probeServer({ join: true, firewall: lossy });
    expect(result.report.rows.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(result.code).toBe(0);
    expect(states(result)).toEqual({
      dns: 'ok',
      tcp: 'ok',
      tls: 'ok',
      http: 'ok',
      ready: 'ok',
      join: 'ok',
      signalling: 'ok',
      'path-udp': expect.stringMatching(/ok|warning/),
      'path-tcp': 'ok',
      'path-turn-udp': 'ok',
      'path-turn-tls': 'ok',
    });
    expect(result.row('path-udp').quality?.lossPercent).toBeGreaterThan(0);
    expect(result.row('path-tcp').quality?.lossPercent).toBe(0);
    expect(result.report.verdict.path).toBe('udp');
  });

  // Each path that carries nothing takes 15 s: these wait side by side.
  test.concurrent('where UDP is blocked, a client would use TCP, and the ports to open are named', async () => {
    const result = await probeServer({ join: true, firewall: firewall('meta l4proto udp drop') });
    expect(result.code).toBe(1);
    expect(states(result)).toMatchObject({
      'path-udp': 'failed',
      'path-tcp': 'ok',
      'path-turn-udp': 'failed',
      'path-turn-tls': 'ok',
    });
    expect(result.report.verdict).toMatchObject({
      path: 'tcp',
      fix: expect.stringContaining('livekit.udpPorts'),
    });
  });

  test.concurrent('where nothing but TCP 443 gets through, a client would use TURN over TLS', async () => {
    const result = await probeServer({
      join: true,
      firewall: firewall('meta l4proto udp drop\n tcp dport 7881 reject'),
    });
    expect(result.report.verdict.path).toBe('turn-tls');
    expect(result.row('path-tcp').evidence).toContain('port 7881: refused');
  });

  test.concurrent('an announced address that is not the server’s is named, with the key to change', async () => {
    const result = await probeServer({ join: true, turn: false, nodeIP: '203.0.113.99' });
    expect(result.code).toBe(1);
    expect(result.row('path-tcp').evidence).toContain('203.0.113.99 port 7881');
    expect(result.report.verdict.fix).toStartWith(
      `The server's name resolves to ${PUBLIC_ADDRESS}, not to 203.0.113.99: set livekit.nodeIP`,
    );
  });

  test.concurrent('a private one behind a public name is named with the public one', async () => {
    const elsewhere = firewall(`ip daddr ${PRIVATE_ADDRESS} tcp dport 7881 drop`);
    const result = await probeServer({
      join: true,
      turn: false,
      nodeIP: PRIVATE_ADDRESS,
      firewall: elsewhere,
    });
    expect(result.row('path-tcp')).toMatchObject({
      state: 'failed',
      evidence: expect.stringContaining(`announces ${PRIVATE_ADDRESS} port 7881`),
    });
    expect(result.report.verdict.fix).toBe(
      `Set livekit.nodeIP to the server's public address (its name resolves to ${PUBLIC_ADDRESS}).`,
    );
  });

  test.concurrent('443 in the hands of another server is named, where TURN over TLS is dialled', async () => {
    const result = await probeServer({ join: true, port: 8443, other443: true });
    expect(result.row('path-turn-tls').state).toBe('failed');
    expect(result.report.verdict).toMatchObject({
      path: 'udp',
      fix: expect.stringContaining('set server.port: 443, or forward 443 to 8443'),
    });
  });

  test('a certificate for another name, and one that ran out, are refused as clients refuse them', async () => {
    const other = await probeServer({ names: ['other.example.org'] });
    expect(other.code).toBe(1);
    expect(other.row('tls')).toMatchObject({
      state: 'failed',
      evidence: expect.stringContaining(`not for ${NAME}`),
    });
    const old = await probeServer({ now: Date.now() - 200 * 86_400_000 });
    expect(old.row('tls')).toMatchObject({ state: 'failed', evidence: expect.stringContaining('expired') });
  });

  test('a second address of the name that leads nowhere is a warning', async () => {
    const result = await probeServer({ addresses: [PUBLIC_ADDRESS, '203.0.113.77'] });
    expect(result.row('tcp')).toMatchObject({
      state: 'warning',
      fix: expect.stringContaining('203.0.113.77'),
    });
  });
});
