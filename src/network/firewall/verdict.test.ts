import { expect, test } from 'bun:test';
import type { Packet } from './matching.ts';
import { parseRuleset, type Ruleset } from './ruleset.ts';
import { reachThrough } from './verdict.ts';

const mayMakeNamespaces =
  process.getuid?.() === 0 && Bun.which('nft') !== null && Bun.which('unshare') !== null;

/** What the real nft makes of a script, in a network of its own. */
async function rulesetOf(script: string): Promise<Ruleset> {
  const child = Bun.spawn(['unshare', '--net', 'sh', '-c', 'nft -f - && nft --json list ruleset'], {
    stdin: new Blob([script]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [json, said] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(said).toBe('');
  return parseRuleset(json);
}

const packet = (protocol: 'tcp' | 'udp', port: number, over: Partial<Packet> = {}): Packet => ({
  protocol,
  port,
  family: 'ip',
  iifname: 'eth0',
  ...over,
});

const input = (policy: string, rules: string, more = '') => `
table inet filter {
  ${more}
  chain input {
    type filter hook input priority 0; policy ${policy};
    ${rules}
  }
}
`;

const CASES: readonly (readonly [string, string, Packet, string])[] = [
  ['no rules', '', packet('udp', 3478), 'open'],
  ['a policy that drops', input('drop', ''), packet('udp', 3478), 'closed'],
  ['its port let in', input('drop', 'udp dport 3478 counter accept'), packet('udp', 3478), 'open'],
  ['another port let in', input('drop', 'udp dport 3479 accept'), packet('udp', 3478), 'closed'],
  ['the same port of TCP let in', input('drop', 'tcp dport 3478 accept'), packet('udp', 3478), 'closed'],
  ['a range let in', input('drop', 'udp dport 50000-60000 accept'), packet('udp', 55_000), 'open'],
  ['a set let in', input('drop', 'tcp dport { 22, 443, 8000-8100 } accept'), packet('tcp', 8050), 'open'],
  [
    'a named set let in',
    input('drop', 'tcp dport @ours accept', 'set ours { type inet_service; elements = { 7881 } }'),
    packet('tcp', 7881),
    'open',
  ],
  ['all UDP rejected', input('accept', 'meta l4proto udp reject'), packet('udp', 3478), 'closed'],
  [
    'only what was begun from here',
    input('drop', 'ct state established,related accept'),
    packet('udp', 1),
    'closed',
  ],
  ['only loopback', input('drop', 'iifname "lo" accept'), packet('udp', 1), 'closed'],
  ['all interfaces but its own', input('drop', 'iifname != "eth0" accept'), packet('udp', 1), 'closed'],
  ['only some sources', input('drop', 'ip saddr 10.0.0.0/8 accept'), packet('udp', 1), 'closed'],
  ['some sources dropped', input('accept', 'ip saddr 10.0.0.0/8 drop'), packet('udp', 1), 'open'],
  [
    'another chain that lets it in',
    input('drop', 'jump ours', 'chain ours {\n tcp dport 7881 accept\n }'),
    packet('tcp', 7881),
    'open',
  ],
  [
    'another chain without a say',
    input('drop', 'jump ours\n tcp dport 7881 accept', 'chain ours {\n tcp dport 22 accept\n }'),
    packet('tcp', 7881),
    'open',
  ],
  [
    'a map of states',
    input(
      'drop',
      'ct state vmap { established : accept, new : jump ours }',
      'chain ours {\n udp dport 9 accept\n }',
    ),
    packet('udp', 9),
    'open',
  ],
  [
    'rules of IPv4 for IPv6',
    input('drop', 'meta nfproto ipv4 accept'),
    packet('udp', 1, { family: 'ip6' }),
    'closed',
  ],
  [
    'a limit of how often',
    input('drop', 'udp dport 9 limit rate 3/second accept'),
    packet('udp', 9),
    'unclear',
  ],
  ['what we have no word for', input('drop', 'fib daddr type local accept'), packet('udp', 9), 'unclear'],
];

test.skipIf(!mayMakeNamespaces).each([...CASES])(
  'rules as nft tells them: %s',
  async (_, script, sent, expected) => {
    expect(reachThrough(await rulesetOf(script), sent)).toBe(expected as 'open');
  },
);

test.skipIf(!mayMakeNamespaces)('a table that accepts does not save what another one drops', async () => {
  const two = `${input('accept', 'udp dport 9 accept')}
table ip other {
  chain raw {
    type filter hook prerouting priority raw; policy accept;
    udp dport 9 drop
  }
}
`;
  expect(reachThrough(await rulesetOf(two), packet('udp', 9))).toBe('closed');
  expect(reachThrough(await rulesetOf(two), packet('udp', 9, { family: 'ip6' }))).toBe('open');
});
