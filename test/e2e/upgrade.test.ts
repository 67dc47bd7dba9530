import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { version } from '../../package.json';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { cleanEnvironment, didarCommand } from '../harness/executable.ts';
import { createRoom } from '../harness/people.ts';
import { isAlive, runProcess } from '../harness/process.ts';
import { releasesIn } from '../harness/releases.ts';
import { eventually } from '../harness/within.ts';
import '../harness/slow.ts';

const isSource = process.env.DIDAR_FROM_SOURCE === '1';
const why = isSource ? ' (needs the built executable)' : '';
const ROLLBACK_LIMIT_MS = 30_000;

describe.skipIf(isSource)(`an upgrade of a server that runs${why}`, () => {
  const directory = mkdtempSync(`${tmpdir()}/didar-upgrade-`);
  /** The executable that the server is started with, and that is replaced. */
  const installed = `${directory}/didar`;
  const binaryBefore = process.env.DIDAR_BINARY;
  const pids = new Set<number>();
  const original = isSource ? '' : (didarCommand()[0] ?? '');
  const releases = releasesIn(directory, original);
  let didar: Didar;
  let room: Room;

  beforeAll(async () => {
    copyFileSync(original, installed);
    chmodSync(installed, 0o755);
    process.env.DIDAR_BINARY = installed;
    didar = await startDidar();
    room = await createRoom(didar, { title: 'Before' });
    await note();
  });
  afterAll(async () => {
    if (binaryBefore === undefined) delete process.env.DIDAR_BINARY;
    else process.env.DIDAR_BINARY = binaryBefore;
    for (const pid of pids) if (await isAlive(pid)) process.kill(pid, 'SIGTERM');
    for (const pid of pids) await eventually(async () => !(await isAlive(pid)), `the end of ${pid}`);
    await didar?.cleanUp();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What serves now; to be ended in the end. */
  async function note(): Promise<System> {
    const system = await asAdmin<System>(didar, '/api/system');
    pids.add(system.pid);
    return system;
  }

  const upgrade = (path: string, ...args: string[]) =>
    runProcess({
      command: [installed, 'upgrade', path, '--key', releases.keyFile, '--socket', didar.socket, ...args],
      env: { ...cleanEnvironment(didar.home), DIDAR_CONFIG: didar.configPath },
      cwd: directory,
    });

  async function expectUnchanged(pid: number): Promise<void> {
    expect(readFileSync(installed).equals(readFileSync(original))).toBe(true);
    expect((await note()).pid).toBe(pid);
    expect(readdirSync(directory).filter((name) => name.startsWith('.didar-upgrade'))).toEqual([]);
  }

  test('is refused when it is not signed, changed, for another machine, or can not run here', async () => {
    const { pid } = await note();
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const changed = releases.scripted('changed', '# as released');
    writeFileSync(changed, readFileSync(changed, 'utf8').replace('as released', 'as changed!'));
    const foreign = releases.scripted('foreign', '');
    releases.sign(foreign, { target: 'linux-riscv' });
    for (const [path, says, code] of [
      [releases.scripted('unsigned', '', stranger), 'signature', 1],
      [changed, 'not the one that was released', 1],
      [foreign, 'linux-riscv', 1],
      [releases.scripted('lame', 'exit 3'), 'does not run here', 1],
      [
        releases.scripted('picky', 'case $1 in config) echo no such key >&2; exit 78;; esac'),
        'no such key',
        1,
      ],
      [`${directory}/missing`, '.release.json', 69],
    ] as const) {
      expect(await upgrade(path)).toMatchObject({ code, stderr: expect.stringContaining(says) });
    }
    await expectUnchanged(pid);
  });

  test('is only told with --check', async () => {
    const { pid } = await note();
    const { code, stdout } = await upgrade(releases.scripted('checked', ''), '--check');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('would be replaced') });
    await expectUnchanged(pid);
  });

  test('to a version that does not start brings the old one back within 30 s, its data untouched', async () => {
    const { pid } = await note();
    const broken = releases.scripted(
      'broken',
      // It changes the database as no old version could read it, before it fails.
      `case $1 in migrate) echo '{"from":1,"to":2,"migrations":["0099_worse"]}'; exit 0;; serve)
  printf broken > '${didar.dataDir}/didar.db'; echo it is broken >&2; exit 1;; esac`,
    );
    const began = performance.now();
    const { code, stderr } = await upgrade(broken);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('it is broken') });
    expect(performance.now() - began).toBeLessThan(ROLLBACK_LIMIT_MS);
    console.log(`      rolled back ${((performance.now() - began) / 1000).toFixed(1)} s after the beginning`);
    const now = await note();
    expect(now).toMatchObject({ ready: true, version });
    expect(now.pid).not.toBe(pid);
    expect(readFileSync(installed).equals(readFileSync(original))).toBe(true);
    expect(await asAdmin<Room>(didar, `/api/room/${room.name}`)).toMatchObject({ title: 'Before' });
    const database = new Database(`${didar.dataDir}/didar.db`, { readonly: true });
    expect(database.query('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  });

  test('to a version that hangs brings the old one back when its time is over', async () => {
    const hanging = releases.scripted('hanging', 'case $1 in serve) exec sleep 600;; esac');
    const { code, stderr } = await upgrade(hanging, '--ready-within', '10s');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('not ready within') });
    expect(await note()).toMatchObject({ ready: true });
  });

  test('to a version that works has it serve, with a backup made and the old executable kept', async () => {
    const before = await note();
    const good = releases.scripted('good', '# newer');
    const { code, stdout, stderr } = await upgrade(good, '--json');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { backup, previous } = JSON.parse(stdout);
    const after = await note();
    expect(after).toMatchObject({ ready: true });
    expect(after.pid).not.toBe(before.pid);
    expect(readFileSync(installed, 'utf8')).toContain('# newer');
    expect(readFileSync(previous).equals(readFileSync(original))).toBe(true);
    expect(existsSync(backup)).toBe(true);
    expect(await asAdmin<Room>(didar, `/api/room/${room.name}`)).toMatchObject({ title: 'Before' });
  });
});
