import '../harness/slow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { RELEASE_SUFFIX } from '../../src/upgrade/release.ts';
import { didarCommand } from '../harness/executable.ts';
import { releasesIn } from '../harness/releases.ts';
import { bootSystemd, mayBootSystemd, type SystemdMachine } from '../harness/systemd-machine.ts';
import { eventually } from '../harness/within.ts';

const isExecutable = process.env.DIDAR_FROM_SOURCE !== '1';
const ROLLBACK_LIMIT_MS = 30_000;

describe.skipIf(!isExecutable || !mayBootSystemd())(
  'an upgrade of the service of a real systemd (root, systemd, overlay; the executable)',
  () => {
    const directory = mkdtempSync(`${tmpdir()}/didar-releases-`);
    const installed = '/usr/local/bin/didar';
    /** The same program elsewhere, which the releases run. */
    const real = '/opt/real/didar';
    let machine: SystemdMachine;
    let data: string;

    beforeAll(async () => {
      const [executable = ''] = didarCommand();
      const releases = releasesIn(directory, real);
      const files: Record<string, string> = { [real]: executable, '/opt/key.pem': releases.keyFile };
      const worse = `case $1 in migrate) echo '{"from":1,"to":2,"migrations":["0099_worse"]}'; exit 0;; serve)
        printf broken > /var/lib/didar/didar.db; echo it is worse >&2; exit 1;; esac`;
      for (const [name, script] of [
        ['good', '# newer'],
        ['picky', 'case $1 in serve) echo no such key >&2; exit 78;; esac'],
        ['worse', worse],
        ['hanging', "case $1 in serve) trap '' TERM; echo waiting; while :; do sleep 1; done;; esac"],
        ['fragile', 'case $1 in serve) (sleep 3; kill -KILL $$) & ;; esac'],
      ] as const) {
        const path = releases.scripted(name, script);
        for (const suffix of ['', RELEASE_SUFFIX]) files[`/opt/${name}${suffix}`] = path + suffix;
      }
      machine = await bootSystemd(files);
      const host = ['--host', 'meet.example.org', '--tls', 'self-signed'];
      await machine.ok(real, 'service', 'install', ...host);
      await machine.ok(installed, 'room', 'create', 'before', '--title', 'Before');
      data = await rooms();
    });
    afterAll(async () => {
      await machine?.remove();
      rmSync(directory, { recursive: true, force: true });
    });

    const rooms = () => machine.ok(real, 'room', 'list', '--json');
    const isThere = async (path: string) => (await machine.run(['test', '-e', path])).code === 0;
    const isOld = async () => (await machine.run(['cmp', '--silent', installed, real])).code === 0;
    const isActive = async () =>
      (await machine.run(['systemctl', 'is-active', 'didar'])).stdout === 'active\n';
    const leftOver = async () =>
      (await machine.ok('ls', '-A', '/usr/local/bin', '/var/lib/didar')).match(/\S*upgrade\S*/g) ?? [];
    const upgrade = (name: string, ...args: string[]) =>
      machine.run([installed, 'upgrade', `/opt/${name}`, '--key', '/opt/key.pem', ...args]);

    async function expectOld(): Promise<void> {
      expect(await isOld()).toBe(true);
      expect(await rooms()).toBe(data);
    }

    /** Runs an upgrade, and kills its command as soon as it says something. */
    async function cutOff(name: string, at: string): Promise<void> {
      const command = `${installed} upgrade /opt/${name} --key /opt/key.pem >/tmp/said 2>&1 & child=$!`;
      const until = `until grep -q '${at}' /tmp/said; do sleep 0.02; done; kill -KILL $child`;
      await machine.ok('timeout', '30', 'sh', '-c', `rm -f /tmp/said; ${command}; ${until}`);
    }

    test.each([
      ['picky', 'exit code 78', 'no such key'],
      ['worse', 'exit code 1', 'it is worse'],
      ['fragile', 'after it was ready', 'ready for people'],
      ['hanging', 'not ready within 5 s', 'waiting'],
    ])('a %s version is taken back, with what it said, and its data as it was', async (name, why, words) => {
      const began = performance.now();
      const { code, stderr } = await upgrade(name, '--ready-within', name === 'hanging' ? '5s' : '20s');
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(why) });
      expect(stderr).toContain(words);
      expect(performance.now() - began).toBeLessThan(ROLLBACK_LIMIT_MS);
      await expectOld();
      expect(await leftOver()).toEqual([]);
    });

    test.each(['worse', 'picky'])(
      'a %s version whose upgrade was cut off is taken back by the service itself',
      async (name) => {
        await cutOff(name, 'Starting');
        // as the next boot does; the command may have been killed before it had systemd start the new one
        await machine.run(['systemctl', 'start', 'didar']);
        await eventually(async () => (await isActive()) && (await isOld()), 'the old one to be back');
        await expectOld();
        expect(await isThere('/var/lib/didar/upgrade.json')).toBe(false);
      },
    );

    test('one that was cut off before the new one was in place leaves the old one', async () => {
      await cutOff('good', 'Stopping');
      await eventually(async () => !(await isActive()), 'the stop that was asked for');
      await machine.ok('systemctl', 'start', 'didar');
      await expectOld();
    });

    test('who may not do it is told so, and a directory that can not be written to is named', async () => {
      const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
      const refused = await machine.run([
        ...nobody,
        installed,
        'upgrade',
        '/opt/good',
        '--key',
        '/opt/key.pem',
      ]);
      expect({ ...refused }).toMatchObject({ code: 77, stderr: expect.stringContaining('sudo') });
      await machine.ok('sh', '-c', 'cd / && mount --bind /usr/local/bin /usr/local/bin');
      await machine.ok('mount', '-o', 'remount,bind,ro', '/usr/local/bin');
      const { code, stderr } = await upgrade('good');
      expect({ code, stderr }).toMatchObject({
        code: 77,
        stderr: expect.stringContaining('mount it writable'),
      });
      await machine.ok('umount', '/usr/local/bin');
      await expectOld();
    });

    test('a good version serves, with what others left behind gone, and the unit as it was', async () => {
      const unit = await machine.ok('cat', '/etc/systemd/system/didar.service');
      expect(await leftOver()).not.toEqual([]);
      expect(await upgrade('good')).toMatchObject({ code: 0 });
      expect(await machine.ok('head', '-2', installed)).toContain('# newer');
      expect((await machine.run(['cmp', `${installed}.previous`, real])).code).toBe(0);
      expect(await rooms()).toBe(data);
      expect(await leftOver()).toEqual([]);
      expect(await machine.ok('cat', '/etc/systemd/system/didar.service')).toBe(unit);
    });
  },
);
