import { describe, expect, test } from 'bun:test';
import { reachOf } from './classify.ts';
import { decideNodeIp } from './decide.ts';
import { detectAddresses } from './detect.ts';
import { type InterfaceAddress, interfaceKind, interfacesToExclude, networksToOffer } from './interfaces.ts';
import { outboundAddress, probeAddresses, resolveHost } from './probe.ts';

const on = (name: string, address: string): InterfaceAddress => ({
  name,
  address,
  family: address.includes(':') ? 'ipv6' : 'ipv4',
  kind: interfaceKind(name),
});
const LO = on('lo', '127.0.0.1');

describe('the address that clients send media to', () => {
  test('is the configured one before all others', () => {
    const decision = decideNodeIp({
      config: { nodeIP: '203.0.113.9' },
      interfaces: [LO, on('eth0', '10.0.0.5')],
      outbound: { ipv4: '10.0.0.5' },
      resolved: ['198.51.100.1'],
    });
    expect(decision).toEqual({ nodeIP: '203.0.113.9', source: 'configured', nat: true, reach: 'public' });
  });

  test('is what the public name resolves to, and known to be behind a NAT when no interface has it', () => {
    const facts = { config: {}, outbound: { ipv4: '10.0.0.5' }, resolved: ['203.0.113.9'] };
    const behindNat = decideNodeIp({ ...facts, interfaces: [LO, on('eth0', '10.0.0.5')] });
    expect(behindNat).toMatchObject({ nodeIP: '203.0.113.9', source: 'host', nat: true });
    const direct = decideNodeIp({ ...facts, interfaces: [LO, on('eth0', '203.0.113.9')] });
    expect(direct).toMatchObject({ nodeIP: '203.0.113.9', source: 'host', nat: false });
  });

  test('is the outbound one when there is no name, or the name leads to this machine only', () => {
    for (const resolved of [[], ['127.0.1.1'], ['::1', '127.0.0.1']]) {
      const decision = decideNodeIp({
        config: {},
        interfaces: [LO, on('docker0', '172.17.0.1'), on('eth0', '192.168.1.7')],
        outbound: { ipv4: '192.168.1.7' },
        resolved,
      });
      expect(decision).toEqual({ nodeIP: '192.168.1.7', source: 'outbound', nat: false, reach: 'private' });
    }
  });

  test('is an ordinary interface without a route to the internet, and loopback without any', () => {
    const facts = { config: {}, outbound: {}, resolved: [] };
    const isolated = [LO, on('docker0', '172.17.0.1'), on('eth0', '169.254.3.4'), on('eth1', '10.1.0.2')];
    expect(decideNodeIp({ ...facts, interfaces: isolated }).nodeIP).toBe('10.1.0.2');
    expect(decideNodeIp({ ...facts, interfaces: [LO] })).toEqual({
      nodeIP: '127.0.0.1',
      source: 'loopback',
      nat: false,
      reach: 'loopback',
    });
  });

  test('comes with a public IPv6 address that this machine has, not with a private or foreign one', () => {
    const base = { config: {}, resolved: ['203.0.113.9', '2a01:db8::7'] };
    const interfaces = [on('eth0', '203.0.113.9'), on('eth0', 'fd00::2'), on('eth0', '2a01:db8::7')];
    const outbound = { ipv4: '203.0.113.9', ipv6: 'fd00::2' };
    expect(decideNodeIp({ ...base, interfaces, outbound }).nodeIPv6).toBe('2a01:db8::7');
    expect(decideNodeIp({ ...base, interfaces: interfaces.slice(0, 2), outbound }).nodeIPv6).toBeUndefined();
  });

  test('is IPv6 on a machine that has nothing else', () => {
    const interfaces = [LO, on('eth0', '2a01:db8::7')];
    const outbound = { ipv6: '2a01:db8::7' };
    expect(decideNodeIp({ config: {}, interfaces, outbound, resolved: ['2a01:db8::7'] })).toEqual({
      nodeIP: '2a01:db8::7',
      source: 'host',
      nat: false,
      reach: 'public',
    });
  });
});

test('bridges of containers and VPNs are left out, but not the one that carries the node address', () => {
  const names = [
    'docker0',
    'br-1f2e',
    'veth12',
    'virbr0',
    'cni0',
    'tailscale0',
    'wg0',
    'tun0',
    'eth0',
    'enp3s0',
    'bond0',
  ];
  const interfaces = [LO, ...names.map((name, i) => on(name, `10.0.${i}.1`))];
  expect(interfacesToExclude(interfaces, ['10.0.8.1'])).toEqual(names.slice(0, 8).sort());
  expect(interfacesToExclude(interfaces, ['10.0.6.1'])).not.toContain('wg0');
});

test.each([
  ['127.0.1.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:10.1.2.3', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.1', 'public'],
  ['100.64.0.1', 'cgnat'],
  ['169.254.1.1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['fd12::1', 'unique-local'],
  ['224.0.0.1', 'multicast'],
  ['0.0.0.0', 'unspecified'],
  ['8.8.8.8', 'public'],
  ['2a01:db8::1', 'public'],
] as const)('%s is %s', (address, reach) => expect(reachOf(address)).toBe(reach));

test('candidates are made of the node address alone where this machine has it, and of all behind NAT', () => {
  const interfaces = [LO, on('eth1', '10.0.0.5'), on('eth0', '203.0.113.9'), on('eth0', '2a01:db8::1')];
  expect(networksToOffer(interfaces, ['203.0.113.9'])).toEqual(['203.0.113.9/32', '::/0']);
  expect(networksToOffer(interfaces, ['203.0.113.9', '2a01:db8::1'])).toEqual([
    '203.0.113.9/32',
    '2a01:db8::1/128',
  ]);
  expect(networksToOffer(interfaces, ['198.51.100.1'])).toEqual([]);
  // Loopback as well, but for one that no interface names.
  expect(networksToOffer(interfaces, ['127.0.0.1'])).toEqual(['127.0.0.1/32', '::/0']);
  expect(networksToOffer(interfaces, ['127.0.0.2'])).toEqual([]);
});

describe('on this machine', () => {
  test('the outbound address, if there is one, is on an interface', async () => {
    const { interfaces, outbound } = await probeAddresses(undefined);
    expect(interfaces.length).toBeGreaterThan(0);
    for (const address of Object.values(outbound)) {
      expect(interfaces.map((one) => one.address)).toContain(address);
    }
    expect(await outboundAddress('ipv4')).toBe(outbound.ipv4);
  });

  test('names resolve, addresses are themselves, and what does not exist is nothing', async () => {
    expect(await resolveHost('localhost')).toContain('127.0.0.1');
    expect(await resolveHost('2001:db8::9')).toEqual(['2001:db8::9']);
    expect(await resolveHost('didar.invalid')).toEqual([]);
  });

  test('detection names the interfaces to leave out', async () => {
    const interfaces = [LO, on('eth0', '203.0.113.9'), on('docker0', '172.17.0.1')];
    const probe = async () => ({ interfaces, outbound: { ipv4: '203.0.113.9' }, resolved: [] });
    const detected = await detectAddresses({ server: {}, livekit: {} }, probe);
    expect(detected).toMatchObject({ nodeIP: '203.0.113.9', excludedInterfaces: ['docker0'] });
  });
});
