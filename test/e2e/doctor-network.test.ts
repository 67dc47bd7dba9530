import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, writeFileSync } from 'node:fs';
import type { Diagnosis, Finding } from '../../src/modules/doctor/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import { createAuthority, issueLeaf, type Pair } from '../../src/network/tls/authority.ts';
import { glyphsFor } from '../../tui/theme/glyphs.ts';
import { networkReport } from '../../tui/views/network-report.ts';
import {
  askHost,
  type LoneHost,
  type LoneHostOptions,
  loneHost,
  mayMakeHosts,
  PUBLIC_ADDRESS,
} from '../harness/lone-host.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const NAME = 'meet.example.org';
const DAY_MS = 86_400_000;
const authority = await createAuthority('Test', Date.now());

/** A certificate of an authority that the server trusts, as one from Let's Encrypt is. */
const certificate = (names: readonly string[] = [NAME], now = Date.now()): Promise<Pair> =>
  issueLeaf(authority, { names, addresses: [] }, now);

describe.skipIf(!mayMakeHosts)('on a host with a public address (namespaces, root)', () => {
  const hosts: LoneHost[] = [];
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.remove();
  });

  /** A host with a certificate in place and `config` over one that is right. */
  async function hostWith(
    config: { server?: object; livekit?: object } = {},
    options: LoneHostOptions & { pair?: Pair } = {},
  ): Promise<LoneHost> {
    const host = loneHost({ names: { [NAME]: PUBLIC_ADDRESS }, ...options });
    hosts.push(host);
    const { cert, key } = options.pair ?? (await certificate());
    writeFileSync(`${host.home}/ca.pem`, authority.cert);
    writeFileSync(`${host.home}/cert.pem`, cert);
    writeFileSync(`${host.home}/key.pem`, key);
    const tls = { mode: 'files', cert: `${host.home}/cert.pem`, key: `${host.home}/key.pem` };
    host.configure({ server: { host: NAME, tls, ...config.server }, livekit: { ...config.livekit } });
    return host;
  }

  async function serve(host: LoneHost, env: Record<string, string> = {}): Promise<void> {
    await host.serve({ env: { NODE_EXTRA_CA_CERTS: `${host.home}/ca.pem`, ...env } });
  }

  /** One examination, and its findings by id. */
  async function examine(host: LoneHost) {
    const { findings } = await askHost<Diagnosis>(host, '/api/system/doctor', 'POST');
    return (id: string): Finding => {
      const found = findings.find((one) => one.id === id);
      if (found === undefined) throw new Error(`there is no check ${id}`);
      return found;
    };
  }

  /** What the dashboard's Network view shows now, each sentence on a line. */
  async function networkView(host: LoneHost): Promise<string> {
    const system = await askHost<System>(host, '/api/system');
    const health = await askHost<NetworkHealth>(host, '/api/system/network');
    const lines = networkReport(system, health, { width: 1_000, now: Date.now(), glyphs: glyphsFor({}) });
    return lines
      .map((line) => line.map((part) => (typeof part === 'string' ? part : part[0])).join(''))
      .join('\n');
  }

  /** The Network view comes to name a trouble and its fix, in these words. */
  async function isShown(host: LoneHost, ...words: readonly (string | null)[]): Promise<void> {
    await eventually(
      async () => {
        const view = await networkView(host);
        return words.every((word) => word !== null && view.includes(word));
      },
      `${words.join(' and ')} in the Network view`,
    );
  }

  test('a server with name, certificate and TURN/TLS has no warning', async () => {
    const host = await hostWith();
    await serve(host);
    const { findings } = await askHost<Diagnosis>(host, '/api/system/doctor', 'POST');
    expect(findings.filter(({ state }) => state === 'warning' || state === 'failed')).toEqual([]);
    const states = Object.fromEntries(findings.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({
      'network.host-name': 'ok',
      'network.node-ip': 'ok',
      'network.firewall': 'ok',
      'network.certificate': 'ok',
      'network.port-443': 'ok',
      'network.turn-plaintext': 'ok',
      'network.turn-tls': 'ok',
    });
    await isShown(host, 'TURN over TLS, port 443');
    expect(await networkView(host)).not.toContain('Problems');
  });

  test('a node IP that is not this machine’s is named with the one that is', async () => {
    const host = await hostWith({ livekit: { nodeIP: '203.0.113.99' } });
    await serve(host);
    const finding = await examine(host);
    expect(finding('network.node-ip')).toMatchObject({
      state: 'failed',
      key: 'livekit.nodeIP',
      fix: `Set livekit.nodeIP to ${PUBLIC_ADDRESS}, or remove it.`,
    });
    expect(finding('network.stun').state).not.toBe('ok');
    await isShown(
      host,
      '203.0.113.99 is announced, but no interface has it',
      `fix         Set livekit.nodeIP to ${PUBLIC_ADDRESS}, or remove it.`,
    );
  });

  test('a private node IP behind a public name is named with the public one', async () => {
    const host = await hostWith({}, { addresses: ['10.0.0.5/24'] });
    host.configure({ server: { host: NAME }, livekit: { nodeIP: '10.0.0.5' } });
    await serve(host);
    const finding = await examine(host);
    const { state, evidence, fix, trouble } = finding('network.node-ip');
    expect({ state, trouble }).toEqual({ state: 'failed', trouble: 'relayed-without-need' });
    expect(evidence).toContain('10.0.0.5 is announced, which is private');
    expect(fix).toContain(`Set livekit.nodeIP to ${PUBLIC_ADDRESS}`);
    await isShown(host, evidence, `fix         ${fix}`);
  });

  test('a firewall that closes UDP is named with the ports and what to write', async () => {
    const host = await hostWith(
      {},
      {
        firewall: `table inet filter {
          chain input {
            type filter hook input priority 0; policy drop;
            iifname "lo" accept
            tcp dport { 22, 443, 5349, 7881 } accept
          }
        }`,
      },
    );
    await serve(host);
    const finding = await examine(host);
    const { state, evidence, fix } = finding('network.firewall');
    expect(state).toBe('failed');
    expect(evidence).toContain('50000-60000/udp (livekit.udpPorts), 3478/udp (livekit.turn.udpPort)');
    expect(evidence).not.toContain('7881');
    expect(fix).toMatch(/50000[-:]60000/);
    // Nothing of it is seen from inside: what the machine sends to itself takes another way.
    expect(finding('network.stun')).toMatchObject({ state: 'ok' });
    await isShown(host, evidence, ...(fix?.split('\n') ?? [null]));
  });

  test('UDP that not even this machine gets through is named by the self-tests', async () => {
    const host = await hostWith(
      {},
      {
        firewall:
          'table inet filter {\n chain output {\n type filter hook output priority 0;\n udp dport 3478 drop\n }\n}',
      },
    );
    await serve(host);
    const finding = await examine(host);
    for (const id of ['network.stun', 'network.turn-udp']) {
      expect(finding(id)).toMatchObject({ state: 'failed', trouble: 'behind-firewall' });
    }
    expect(finding('network.turn-tls')).toMatchObject({ state: 'ok' });
    await isShown(host, 'TURN over UDP, port 3478', 'Open the port in every firewall on the way');
  });

  test('an expired certificate is named with its date', async () => {
    const host = await hostWith({}, { pair: await certificate([NAME], Date.now() - 100 * DAY_MS) });
    await serve(host);
    const finding = await examine(host);
    const { state, evidence, trouble } = finding('network.certificate');
    expect({ state, trouble }).toEqual({ state: 'failed', trouble: 'certificate-expired' });
    expect(evidence).toMatch(/^It expired on \d{4}-\d\d-\d\d, \d+ days ago/);
    expect(finding('network.turn-tls')).toMatchObject({ state: 'failed' });
    await isShown(host, evidence, 'fix         Renew it and replace the files');
  });

  test('a certificate that ends in ten days, and that nobody renews, is named with its date', async () => {
    const host = await hostWith({}, { pair: await certificate([NAME], Date.now() - 80 * DAY_MS) });
    await serve(host);
    const { state, evidence, fix, key } = (await examine(host))('network.certificate');
    expect({ state, key }).toEqual({ state: 'warning', key: 'server.tls.cert' });
    expect(evidence).toMatch(/until \d{4}-\d\d-\d\d \((9|10) days\)/);
    expect(fix).toContain('Renew it');
  });

  test('TURN/TLS on its own port and media over TCP that do not get through are named', async () => {
    const host = await hostWith(
      {},
      {
        firewall:
          'table inet filter {\n chain output {\n type filter hook output priority 0;\n tcp dport { 5349, 7881 } reject\n }\n}',
      },
    );
    await serve(host);
    const finding = await examine(host);
    expect(finding('network.turn-tls-port')).toMatchObject({ state: 'failed', key: 'livekit.turn.tlsPort' });
    expect(finding('network.ice-tcp')).toMatchObject({ state: 'failed', key: 'livekit.tcpPort' });
    expect(finding('network.turn-tls')).toMatchObject({ state: 'ok' });
  });

  test("a container's bridge that an operator's livekit.yaml offers is named with the lines to add", async () => {
    const host = await hostWith();
    await host.run(['ip', 'link', 'add', 'docker0', 'type', 'veth', 'peer', 'name', 'wire1']);
    await host.run(['ip', 'addr', 'add', '172.17.0.1/16', 'dev', 'docker0']);
    for (const end of ['docker0', 'wire1']) await host.run(['ip', 'link', 'set', end, 'up']);
    const path = `${host.home}/livekit.yaml`;
    await Bun.write(
      path,
      `keys: {APIowner: a-secret-that-the-operator-has-written-down}\nrtc: {node_ip: ${PUBLIC_ADDRESS}}\n`,
    );
    const doctor = async () => {
      const { stdout } = await host.didar(['doctor', '--socket', host.socket, '--json']);
      return (JSON.parse(stdout) as Diagnosis).findings.find(({ id }) => id === 'network.interfaces');
    };
    expect(await doctor()).toMatchObject({ state: 'ok', evidence: 'Left out: docker0.' });
    host.configure({ server: { host: NAME }, livekit: { configPath: path } });
    expect(await doctor()).toMatchObject({
      state: 'warning',
      trouble: 'docker-candidates',
      fix: expect.stringContaining('excludes: [docker0]'),
    });
  });

  test('a certificate for another name is named with both', async () => {
    const host = await hostWith({}, { pair: await certificate(['other.example.org']) });
    await serve(host);
    const finding = await examine(host);
    expect(finding('network.certificate')).toMatchObject({
      state: 'failed',
      evidence: `It is for other.example.org, not for ${NAME}.`,
      trouble: 'certificate-name',
    });
    await isShown(
      host,
      `It is for other.example.org, not for ${NAME}.`,
      `fix         Get a certificate for ${NAME}`,
    );
  });

  test('443 in the hands of another server is named with who has it', async () => {
    const host = await hostWith({ server: { port: 8443 } });
    await serve(host);
    expect((await examine(host))('network.port-443')).toMatchObject({ state: 'warning', key: 'server.port' });
    host.start([
      process.execPath,
      '--eval',
      'Bun.listen({ hostname: "0.0.0.0", port: 443, socket: { data() {} } })',
    ]);
    const { evidence, fix } = await eventually(async () => {
      const found = (await examine(host))('network.port-443');
      return found.trouble === 'port-443-taken' && found;
    }, 'the doctor to see the other server');
    expect(evidence).toMatch(/\w+ \(pid \d+\) holds port 443/);
    expect(fix).toContain('server.port: 443');
    await askHost<NetworkHealth>(host, '/api/system/network/test', 'POST');
    await isShown(host, 'holds port 443', `fix         ${fix}`);
  });

  test('a start that failed because 443 is taken is diagnosed without a daemon', async () => {
    const host = await hostWith();
    const command =
      'Bun.listen({ hostname: "0.0.0.0", port: 443, socket: { data() {} } }); console.log("up")';
    await host.run(['true']);
    const other = host.start([process.execPath, '--eval', command]);
    await eventually(() => other.output().includes('up'), 'the other server to be up');
    const { code, stdout } = await host.didar(['doctor', '--socket', host.socket, '--json']);
    expect(code).toBe(1);
    const ports = (JSON.parse(stdout) as Diagnosis).findings.find(({ id }) => id === 'network.ports');
    expect(ports).toMatchObject({ state: 'failed', trouble: 'port-443-taken', key: 'server.port' });
    expect(ports?.evidence).toContain('Port 443 is in use by');
  });

  test('a name that does not resolve is named, and that DNS is silent', async () => {
    const host = await hostWith({}, { names: {} });
    await serve(host);
    const finding = await examine(host);
    const { state, evidence, fix, key } = finding('network.host-name');
    expect({ state, key }).toEqual({ state: 'failed', key: 'server.host' });
    expect(evidence).toContain(`${NAME} does not resolve`);
    expect(fix).toContain('/etc/resolv.conf');
    await isShown(host, `${NAME} does not resolve`, `fix         ${fix}`);
  });

  test('a name that leads to another machine is named with both addresses', async () => {
    const host = await hostWith(
      { livekit: { nodeIP: PUBLIC_ADDRESS } },
      { names: { [NAME]: '203.0.113.80' } },
    );
    await serve(host);
    const finding = await examine(host);
    expect(finding('network.host-name')).toMatchObject({
      state: 'failed',
      evidence: `${NAME} is 203.0.113.80, but this machine is ${PUBLIC_ADDRESS}.`,
    });
  });

  test('behind a reverse proxy with TLS off, what works and what is lost is told', async () => {
    const host = await hostWith({ server: { tls: { mode: 'off' }, trustedProxies: ['127.0.0.1'] } });
    await serve(host);
    const finding = await examine(host);
    const { state, evidence } = finding('network.tls');
    expect(state).toBe('warning');
    expect(evidence).toContain('TURN over UDP and ICE over TCP work, TURN/TLS is lost');
    expect(finding('network.turn-udp')).toMatchObject({ state: 'ok' });
    expect(finding('network.ice-tcp')).toMatchObject({ state: 'ok' });
  });

  test('a plain TURN port that could not be closed is named', async () => {
    const host = await hostWith();
    const tools = `${host.home}/tools`;
    await Bun.write(`${tools}/nft`, '#!/bin/sh\necho "Operation not permitted" >&2\nexit 1\n');
    chmodSync(`${tools}/nft`, 0o755);
    await serve(host, { PATH: `${tools}:${process.env.PATH}` });
    const finding = await examine(host);
    const { state, evidence, fix } = finding('network.turn-plaintext');
    expect(state).toBe('warning');
    expect(evidence).toMatch(/^Port \d+\/tcp is open to others: .*Operation not permitted/);
    expect(fix).toContain('CAP_NET_ADMIN');
    expect(finding('network.firewall')).toMatchObject({ state: 'skipped' });
    // Whoever asks as root has eyes of their own.
    const { stdout } = await host.didar(['doctor', '--socket', host.socket, '--json']);
    const { findings } = JSON.parse(stdout) as Diagnosis;
    expect(findings.find(({ id }) => id === 'network.firewall')).toMatchObject({ state: 'ok' });
  });

  test('an IPv6 address that leads nowhere is named', async () => {
    const host = await hostWith({}, { names: { [NAME]: [PUBLIC_ADDRESS, '2a00:db8::5'] } });
    await serve(host);
    const finding = await examine(host);
    expect(finding('network.ipv6')).toMatchObject({ state: 'warning', trouble: 'ipv6-unrouted' });
  });
});
