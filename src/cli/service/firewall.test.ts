import { expect, test } from 'bun:test';
import { parseRuleset } from '../../network/firewall/ruleset.ts';
import { planClosing } from './close-firewall.ts';
import { planFirewall } from './firewall.ts';
import type { Machine, Outcome } from './machine.ts';
import type { PublicPort } from './ports.ts';

const PORTS: readonly PublicPort[] = [
  { protocol: 'tcp', ports: { from: 443, to: 443 } },
  { protocol: 'udp', ports: { from: 50_000, to: 60_000 } },
];
const NOTHING = parseRuleset('{"nftables":[]}');

const machineThatSays = (says: Readonly<Record<string, string>>): Machine => ({
  root: '/',
  async run(command): Promise<Outcome> {
    const said = says[command.join(' ')];
    return said === undefined ? { code: 127, said: 'not found' } : { code: 0, said };
  },
});

/** A machine on which these commands say something, and others are not found. */
const plan = (says: Readonly<Record<string, string>>, ruleset = NOTHING) =>
  planFirewall({
    machine: machineThatSays(says),
    ports: PORTS,
    readRuleset: async () => ruleset,
    interfaceName: 'eth0',
  });

const lines = ({ steps }: Awaited<ReturnType<typeof plan>>) =>
  steps.map((step) => (step.kind === 'command' ? step.command.join(' ') : step.kind));

test('ufw and firewalld are told in their own words', async () => {
  expect(lines(await plan({ 'ufw status': 'Status: active\n\nTo  Action' }))).toEqual([
    'ufw allow 443/tcp comment didar',
    'ufw allow 50000:60000/udp comment didar',
  ]);
  const quiet = { 'ufw status': 'Status: inactive' };
  expect(lines(await plan({ ...quiet, 'firewall-cmd --state': 'running' }))).toEqual([
    'firewall-cmd --permanent --add-port=443/tcp',
    'firewall-cmd --permanent --add-port=50000-60000/udp',
    'firewall-cmd --reload',
  ]);
});

test('what was open already is neither opened nor closed again with the service', async () => {
  const ufw = {
    'ufw status': 'Status: active\n\nTo  Action\n443/tcp                    ALLOW       Anywhere',
  };
  const { steps, opened } = await plan(ufw);
  expect(steps).toHaveLength(1);
  const closing = await planClosing(machineThatSays({}), opened);
  expect(closing).toEqual([{ kind: 'command', command: ['ufw', 'delete', 'allow', '50000:60000/udp'] }]);
});

test('where nothing is closed nothing is opened', async () => {
  expect(await plan({})).toEqual({ steps: [], left: [] });
});

const mayMakeNamespaces =
  process.getuid?.() === 0 && Bun.which('nft') !== null && Bun.which('unshare') !== null;

/** A firewall as Debian's wiki writes it, opened for real, and looked at again. */
const CLOSED = `table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iif "lo" accept
    tcp dport { 22, 443 } accept
  }
}`;

test.skipIf(!mayMakeNamespaces)(
  'nftables: the closed port is opened in the chain that closes it, and only once (nft, unshare)',
  async () => {
    const nft = async (script: string) => {
      const child = Bun.spawn(['unshare', '--net', 'sh', '-c', script], {
        stdin: new Blob([CLOSED]),
        stdout: 'pipe',
        stderr: 'pipe',
      });
      const [out, err] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      expect(err).toBe('');
      return parseRuleset(out);
    };
    const opening = await plan({}, await nft('nft -f - && nft --json list ruleset'));
    expect(lines(opening)).toEqual([
      'nft insert rule inet filter input udp dport 50000-60000 accept comment "didar"',
    ]);
    expect(opening.left.join()).toContain('nftables.service is not enabled');
    const commands = lines(opening).map((line) => line.replaceAll('"', `'"'`));
    const opened = await nft(['nft -f -', ...commands, 'nft --json list ruleset'].join(' && '));
    expect(await plan({}, opened)).toEqual({ steps: [], left: [] });
  },
);
