import '../harness/slow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { didarCommand } from '../harness/executable.ts';
import { bootSystemd, mayBootSystemd, type SystemdMachine } from '../harness/systemd-machine.ts';
import { eventually } from '../harness/within.ts';

const isExecutable = process.env.DIDAR_FROM_SOURCE !== '1';

/** As a careful operator writes it. */
const RULES = `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iif lo accept
    ct state established,related accept
    tcp dport 22 accept
    reject
  }
}
`;

describe.skipIf(!isExecutable || !mayBootSystemd() || Bun.which('nft') === null)(
  'didar behind the nftables of a machine (root, systemd, overlay, nft; the executable)',
  () => {
    let machine: SystemdMachine;
    const [executable = ''] = didarCommand();
    const didar = '/root/didar';
    const host = ['--host', 'meet.example.org', '--tls', 'self-signed'];

    beforeAll(async () => {
      machine = await bootSystemd({ [didar]: executable });
      await machine.ok('sh', '-c', `cat >/etc/nftables.conf <<'END'\n${RULES}END`);
      await machine.ok('systemctl', 'enable', '--now', 'nftables');
      await connect();
    });
    afterAll(() => machine?.remove());

    /** Another host beside it. */
    async function connect(): Promise<void> {
      await machine.ok(
        'sh',
        '-ec',
        `ip netns add out; ip link add eth0 type veth peer name out netns out
        ip addr add 203.0.113.1/24 dev eth0; ip link set eth0 up
        ip -n out addr add 203.0.113.2/24 dev out; ip -n out link set out up`,
      );
    }
    const reaches = async () =>
      (
        await machine.run([
          'ip',
          'netns',
          'exec',
          'out',
          'timeout',
          '2',
          'bash',
          '-c',
          '</dev/tcp/203.0.113.1/443',
        ])
      ).code === 0;
    const rules = () => machine.ok('nft', 'list', 'chain', 'inet', 'filter', 'input');
    const doctor = async () => (await machine.run([didar, 'doctor', '--json'])).stdout;
    const isServing = async () =>
      (await machine.run(['systemctl', 'is-active', 'didar'])).stdout === 'active\n';

    test('nobody gets in before it is opened; the installation and the doctor say so', async () => {
      const stdout = await machine.ok(didar, 'service', 'install', ...host);
      expect(stdout).toContain('Let people in through nftables: the same command with --open-firewall');
      expect(await reaches()).toBe(false);
      expect(await doctor()).toMatch(/let nobody in to [^"]*443\/tcp/);
    });

    test('it is opened by rules in the chain that closes it, and the file of the operator stays', async () => {
      const dry = await machine.ok(didar, 'service', 'install', ...host, '--open-firewall', '--dry-run');
      expect(dry).toContain('insert rule inet filter input tcp dport 443 accept');
      expect(await reaches()).toBe(false);
      await machine.ok(didar, 'service', 'install', ...host, '--open-firewall');
      expect(await reaches()).toBe(true);
      expect(await doctor()).toContain('The rules of nftables let people in to 443/tcp');
      expect(await machine.ok('cat', '/etc/nftables.conf')).toBe(RULES.trim());
      const again = await machine.ok(didar, 'service', 'install', ...host, '--open-firewall');
      expect(again).toContain('Everything is installed already');
    });

    test('it stays open when the rules are loaded again', async () => {
      await machine.ok('systemctl', 'reload', 'nftables');
      expect((await rules()).match(/dport 443 accept/g)).toHaveLength(1);
      await machine.ok('systemctl', 'restart', 'nftables');
      expect((await rules()).match(/dport 443 accept/g)).toHaveLength(1);
      expect(await reaches()).toBe(true);
    });

    test('after a reboot the server is there, and people get in', async () => {
      await machine.reboot();
      await connect();
      await eventually(isServing, 'the service to be started by the boot');
      expect(await reaches()).toBe(true);
      expect(await doctor()).toContain('The rules of nftables let people in to 443/tcp');
    });

    test('it is closed again with the service, and nothing is left of it', async () => {
      await machine.ok(didar, 'service', 'uninstall');
      expect(await rules()).not.toContain('didar');
      await machine.ok('systemctl', 'reload', 'nftables');
      expect(await rules()).not.toContain('443');
      expect((await machine.run(['ls', '/etc/systemd/system/nftables.service.d/didar.conf'])).code).not.toBe(
        0,
      );
      expect(await rules()).toContain('tcp dport 22 accept');
    });
  },
);
