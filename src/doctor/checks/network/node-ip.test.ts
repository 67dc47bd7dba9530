import { expect, test } from 'bun:test';
import { type SubjectFacts, subjectOf } from '../../../../test/fixtures/subject.ts';
import { nodeIpCheck } from './node-ip.ts';

const PUBLIC = '203.0.113.5';
const NAME = { DIDAR_SERVER_HOST: 'meet.example.org' };
const nodeIP = (address: string) => ({ DIDAR_LIVEKIT_NODE_IP: address });

const CASES: readonly (readonly [string, SubjectFacts, string, RegExp])[] = [
  [
    'a public address of this machine',
    { interfaces: { eth0: PUBLIC }, outbound: { ipv4: PUBLIC } },
    'ok',
    /this machine has it/,
  ],
  [
    'behind NAT, the address that the name resolves to',
    { env: NAME, interfaces: { eth0: '10.0.0.5' }, outbound: { ipv4: '10.0.0.5' }, resolved: [PUBLIC] },
    'ok',
    /as behind NAT, and meet\.example\.org resolves to it/,
  ],
  [
    'behind NAT, another address than the name resolves to',
    {
      env: { ...NAME, ...nodeIP('203.0.113.9') },
      interfaces: { eth0: '10.0.0.5' },
      outbound: { ipv4: '10.0.0.5' },
      resolved: [PUBLIC],
    },
    'failed',
    /203\.0\.113\.9 is announced, but meet\.example\.org is 203\.0\.113\.5/,
  ],
  [
    'behind NAT without a name',
    { env: nodeIP(PUBLIC), interfaces: { eth0: '10.0.0.5' }, outbound: { ipv4: '10.0.0.5' } },
    'warning',
    /nothing here tells whether it leads here/,
  ],
  [
    'a public address of somebody else on a machine that has one',
    { env: nodeIP('203.0.113.9'), interfaces: { eth0: PUBLIC }, outbound: { ipv4: PUBLIC } },
    'failed',
    /this machine's public address is 203\.0\.113\.5 \(eth0\)/,
  ],
  [
    'a private address without a name',
    { interfaces: { eth0: '192.168.1.5' }, outbound: { ipv4: '192.168.1.5' } },
    'warning',
    /only people on the same network/,
  ],
  [
    'a private address, as the name is',
    {
      env: NAME,
      interfaces: { eth0: '192.168.1.5' },
      outbound: { ipv4: '192.168.1.5' },
      resolved: ['192.168.1.5'],
    },
    'ok',
    /private, as meet\.example\.org is/,
  ],
  [
    'a private address while the name is public',
    {
      env: { ...NAME, ...nodeIP('192.168.1.5') },
      interfaces: { eth0: '192.168.1.5' },
      resolved: [PUBLIC],
    },
    'failed',
    /which is private, while meet\.example\.org is 203\.0\.113\.5/,
  ],
  [
    'loopback while the name is public',
    { env: { ...NAME, ...nodeIP('127.0.0.1') }, interfaces: { eth0: PUBLIC }, resolved: [PUBLIC] },
    'failed',
    /every client would send its media to itself/,
  ],
  ['a machine without a network', {}, 'skipped', /for this machine only/],
];

test.each([...CASES])('the announced address: %s', async (_, facts, state, evidence) => {
  const outcome = await nodeIpCheck.run(await subjectOf(facts));
  expect(outcome).toMatchObject({ state: state as 'ok' });
  expect(outcome.evidence).toMatch(evidence);
  expect(outcome.fix !== undefined).toBe(state === 'warning' || state === 'failed');
});
