import { afterEach, beforeEach, expect, test } from 'bun:test';
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { configFile, futureConfig } from './config-file.ts';
import type { Machine, Outcome } from './machine.ts';
import { contentOf } from './machine.ts';
import { PLACES } from './places.ts';
import { planInstall } from './plan-install.ts';
import { doStep } from './step.ts';
import { planUninstall } from './uninstall.ts';

let root: string;
/** What was run that changes something. */
let ran: string[];
let accounts: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'didar-service-'));
  ran = [];
  accounts = [];
  for (const path of [PLACES.executable, PLACES.unit]) {
    await mkdir(join(root, dirname(path)), { recursive: true });
  }
  await writeFile(join(root, 'didar'), 'the program');
});

afterEach(() => rm(root, { recursive: true }));

/** A file tree of its own, whose commands are only noted. */
const machine = (): Machine => ({
  root,
  async run(command): Promise<Outcome> {
    const [name, first = '', second = ''] = command;
    const outcome = (ok: boolean): Outcome => ({ code: ok ? 0 : 1, said: '' });
    if (name === 'getent') return outcome(accounts.includes(second));
    if (name === 'test') {
      const found = await stat(join(root, second)).catch(() => undefined);
      return outcome(found !== undefined && (first !== '-d' || found.isDirectory()));
    }
    if (name === 'useradd') accounts.push(command.at(-1) ?? '');
    if (name !== 'chown') ran.push(command.join(' '));
    return outcome(true);
  },
});

async function install({ host = 'meet.example.org', memoryMax = undefined as string | undefined } = {}) {
  const existing = await contentOf(machine(), PLACES.config);
  const newConfig = existing === undefined ? configFile({ host, tls: 'acme', email: 'a@b.c' }) : undefined;
  const config = await futureConfig(machine(), newConfig);
  const executable = join(root, 'didar');
  const plan = await planInstall({
    machine: machine(),
    config,
    newConfig,
    executable,
    memoryMax,
    opened: undefined,
    start: true,
  });
  for (const step of plan.steps) await doStep(step, machine());
  return plan;
}

const read = (path: string) => readFile(join(root, path), 'utf8');

test('a bare machine gets the account, the program, a configuration and a unit that starts at boot', async () => {
  await install({ memoryMax: '2G' });
  expect(accounts).toEqual(['didar']);
  expect(await read(PLACES.executable)).toBe('the program');
  expect((await stat(join(root, PLACES.executable))).mode & 0o777).toBe(0o755);
  expect(await read(PLACES.config)).toContain('host: meet.example.org\n  tls: { mode: acme, email: a@b.c }');
  expect((await stat(join(root, PLACES.config))).mode & 0o777).toBe(0o640);
  expect(await read(PLACES.unit)).toContain('AmbientCapabilities=CAP_NET_BIND_SERVICE');
  expect(ran).toContain('systemctl enable didar');
});

test('a second run finds nothing to do', async () => {
  await install({ memoryMax: '2G' });
  ran = [];
  expect((await install()).steps).toEqual([]);
  expect(ran).toEqual([]);
});

test("what the operator changed stays: the configuration, the unit, a service that isn't enabled", async () => {
  await install();
  await writeFile(join(root, PLACES.config), 'server: { host: other.example.org, port: 8443 }\n');
  await appendFile(join(root, PLACES.unit), '# mine\n');
  const { steps, kept } = await install();
  expect(steps).toEqual([]);
  expect(kept.join('\n')).toContain(`${PLACES.unit}: yours`);
  expect(await read(PLACES.unit)).toEndWith('# mine\n');
});

test('a unit that nobody changed follows the configuration', async () => {
  await install();
  const elsewhere = 'recording: { dir: /srv/recordings }\nbackup: { dir: /srv/backups }\n';
  const more = `server: { drainLimit: 10m }\n${elsewhere}`;
  await writeFile(join(root, PLACES.config), more);
  await install();
  const unit = await read(PLACES.unit);
  expect(unit).toContain('TimeoutStopSec=630\n');
  expect(unit).toContain('ReadWritePaths=/srv/recordings\nReadWritePaths=/srv/backups\n');
  expect(unit).toContain('\nCapabilityBoundingSet=\n');
  expect((await stat(join(root, '/srv/recordings'))).mode & 0o777).toBe(0o700);
});

test('a new program takes the place of the old one whole', async () => {
  await install();
  const before = (await stat(join(root, PLACES.executable))).ino;
  await writeFile(join(root, 'didar'), 'a newer program');
  await install();
  expect(await read(PLACES.executable)).toBe('a newer program');
  expect((await stat(join(root, PLACES.executable))).ino).not.toBe(before);
});

test('a host that is none is told with the option in mind, and nothing is written', async () => {
  await expect(install({ host: 'not a host' })).rejects.toThrow('what you gave:3');
  expect(ran).toEqual([]);
});

test('it is taken away but for configuration and data; a purge takes those too', async () => {
  await install();
  await mkdir(join(root, PLACES.data), { recursive: true });
  for (const step of await planUninstall(machine(), undefined)) await doStep(step, machine());
  const there = async (path: string) => (await machine().run(['test', '-e', path])).code === 0;
  expect([await there(PLACES.unit), await there(PLACES.executable)]).toEqual([false, false]);
  expect([await there(PLACES.config), await there(PLACES.data)]).toEqual([true, true]);

  for (const step of await planUninstall(machine(), PLACES.data)) await doStep(step, machine());
  expect([await there(PLACES.configDir), await there(PLACES.data)]).toEqual([false, false]);
  expect(ran.at(-1)).toBe('userdel didar');
});

test('a purge never takes a directory that holds nothing of ours', async () => {
  await install();
  await mkdir(join(root, '/srv/other'), { recursive: true });
  await writeFile(join(root, '/srv/other/thesis'), 'years of work');
  await expect(planUninstall(machine(), '/srv/other')).rejects.toThrow('holds no data of didar');
});
