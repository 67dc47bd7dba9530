import '../harness/slow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { didarCommand } from '../harness/executable.ts';
import { bootSystemd, mayBootSystemd, type SystemdMachine } from '../harness/systemd-machine.ts';
import { eventually } from '../harness/within.ts';

const isExecutable = process.env.DIDAR_FROM_SOURCE !== '1';

describe.skipIf(!isExecutable || !mayBootSystemd())(
  'didar as a service of a real systemd (root, systemd, overlay; the executable)',
  () => {
    let machine: SystemdMachine;
    const [executable = ''] = didarCommand();
    const installed = '/usr/local/bin/didar';

    beforeAll(async () => {
      machine = await bootSystemd({ '/root/didar': executable });
    });
    afterAll(() => machine?.remove());

    const property = async (name: string) =>
      machine.ok('systemctl', 'show', 'didar', `--property=${name}`, '--value');
    const isBack = async (before: string) =>
      (await property('ActiveState')) === 'active' && (await property('MainPID')) !== before;

    test('one command takes a bare machine to a server that is ready, with an account of its own', async () => {
      const { code, stdout, stderr } = await machine.run([
        '/root/didar',
        'service',
        'install',
        '--host',
        'meet.example.org',
        '--tls',
        'self-signed',
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Give meet.example.org an A record');
      const status = JSON.parse(await machine.ok(installed, 'service', 'status', '--json'));
      expect(status).toMatchObject({
        state: 'active',
        says: 'people meet at https://meet.example.org',
        startsAtBoot: true,
      });
      expect(await machine.ok('ps', '-o', 'user=', '-p', String(status.pid))).toBe('didar');
      expect(await machine.ok(installed, 'user', 'list', '--json')).toBe('[]');
    });

    test('it has the right to bind low ports and no other', async () => {
      const status = await machine.ok('cat', `/proc/${await property('MainPID')}/status`);
      // CAP_NET_BIND_SERVICE is bit 10
      expect(status).toMatch(/CapEff:\s+0000000000000400\nCapBnd:\s+0000000000000400/);
      expect(status).toMatch(/NoNewPrivs:\s+1/);
    });

    test("livekit's plain TURN port is closed all the same, and the doctor knows", async () => {
      expect(await machine.ok('nft', 'list', 'ruleset')).toMatch(/iifname != "lo" tcp dport \d+ drop/);
      const { stdout } = await machine.run([installed, 'doctor', '--json']);
      expect(stdout).toMatch(/"Port \d+ is closed to others by nftables/);
    });

    test('somebody else is told to use sudo', async () => {
      const { code, stderr } = await machine.run([
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        installed,
        'user',
        'list',
      ]);
      expect(code).toBe(77);
      expect(stderr).toContain('use sudo');
    });

    test('one that was killed, or that hangs, comes back; one with a bad configuration does not', async () => {
      const first = await property('MainPID');
      await machine.ok('kill', '-KILL', first);
      await eventually(() => isBack(first), 'the killed one to be back');

      const dropIn = '/etc/systemd/system/didar.service.d';
      const watch = `mkdir -p ${dropIn} && printf '[Service]\\nWatchdogSec=5\\n' > ${dropIn}/watch.conf`;
      await machine.ok('sh', '-c', `${watch} && systemctl daemon-reload && systemctl restart didar`);
      const second = await property('MainPID');
      await machine.ok('kill', '-STOP', second);
      await eventually(() => isBack(second), 'the one that hangs to be back');

      await machine.ok('sh', '-c', 'echo "nonsense: 1" >> /etc/didar/config.yaml');
      expect((await machine.run(['systemctl', 'restart', 'didar'])).code).not.toBe(0);
      const status = await machine.run([installed, 'service', 'status']);
      expect(status.code).toBe(69);
      expect(status.stdout).toContain('failed: last exit code 78');
      expect(status.stdout).toContain('didar config check');
      expect(await property('NRestarts')).toBe('0');
      await machine.ok('sed', '-i', '/nonsense/d', '/etc/didar/config.yaml');
      await machine.ok('systemctl', 'start', 'didar');
    });

    test('neither SIGHUP nor the death of its media server ends it', async () => {
      const main = await property('MainPID');
      const livekit = () => machine.ok('pgrep', '--parent', main, 'livekit');
      const first = await eventually(livekit, 'a media server');
      await machine.ok('kill', '-HUP', main);
      await machine.ok('kill', '-KILL', first);
      await eventually(async () => (await livekit()) !== first, 'another media server');
      expect(await property('MainPID')).toBe(main);
      expect(await machine.ok(installed, 'service', 'logs')).toContain('systemctl restart didar');
    });

    test('a stop ends well, and opens what was closed', async () => {
      await machine.ok('systemctl', 'stop', 'didar');
      expect(await property('Result')).toBe('success');
      expect(await machine.ok('nft', 'list', 'tables')).toBe('');
    });

    test('it is taken away with everything that it made, when that is asked for', async () => {
      await machine.ok(installed, 'service', 'uninstall', '--purge', '--yes');
      for (const path of [installed, '/etc/didar', '/var/lib/didar', '/etc/systemd/system/didar.service']) {
        expect({ path, code: (await machine.run(['test', '-e', path])).code }).toEqual({ path, code: 1 });
      }
      expect((await machine.run(['getent', 'passwd', 'didar'])).code).toBe(2);
    });
  },
);
