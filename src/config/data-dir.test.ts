import { afterAll, describe, expect, test } from 'bun:test';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, silentLogger } from '../lib/log.ts';
import { openDataDir } from './data-dir.ts';
import { lockForCommand, lockForDaemon } from './data-dir-lock.ts';
import { loadOrCreateSecrets } from './secrets.ts';

const root = await mkdtemp(join(tmpdir(), 'didar-data-'));
afterAll(() => rm(root, { recursive: true }));
let made = 0;
const fresh = () => join(root, String(made++));
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('the data directory', () => {
  test('is made private, with private directories for secrets and runtime files, and no litter', async () => {
    const dataDir = await openDataDir(join(fresh(), 'deep/er'));
    expect(await modeOf(dataDir.path)).toBe(0o700);
    expect(await modeOf(dataDir.secrets)).toBe(0o700);
    expect((await readdir(dataDir.path)).sort()).toEqual(['run', 'secrets']);
  });

  test('keeps the mode of a directory that was there', async () => {
    const path = fresh();
    await mkdir(path, { mode: 0o755 });
    await openDataDir(path);
    expect(await modeOf(path)).toBe(0o755);
  });

  test('that others may write to is refused', async () => {
    const path = fresh();
    await mkdir(path);
    await chmod(path, 0o777);
    await expect(openDataDir(path)).rejects.toMatchObject({
      code: 'data_dir_unsafe',
      fix: `chmod go-w ${path}`,
    });
  });

  test('that is a file is refused', async () => {
    const path = fresh();
    await writeFile(path, '');
    await expect(openDataDir(path)).rejects.toMatchObject({ code: 'data_dir_invalid' });
    await expect(openDataDir(join(path, 'below'))).rejects.toMatchObject({ code: 'data_dir_invalid' });
  });

  test('that can not be written to is refused, whatever its mode says', async () => {
    await expect(openDataDir('/proc/didar')).rejects.toMatchObject({
      code: expect.stringMatching(/^data_dir_/),
    });
  });
});

describe('a data directory', () => {
  test('serves one daemon, and says which when a second one comes', async () => {
    const dataDir = await openDataDir(fresh());
    const first = await lockForDaemon(dataDir, { pid: 4711 });
    await expect(lockForDaemon(dataDir, { pid: 4712 })).rejects.toMatchObject({
      code: 'data_dir_locked',
      message: `another didar (pid 4711) serves the data directory ${dataDir.path}`,
    });
    await expect(lockForCommand(dataDir)).rejects.toMatchObject({ code: 'data_dir_locked' });
    await first.release();
    await (await lockForDaemon(dataDir, { pid: 4712 })).release();
  });

  test('is free again when its daemon was killed', async () => {
    const dataDir = await openDataDir(fresh());
    const script = `
      const { dataDirAt } = await import('${import.meta.dir}/data-dir.ts');
      const { lockForDaemon } = await import('${import.meta.dir}/data-dir-lock.ts');
      await lockForDaemon(dataDirAt(process.argv[1]), { pid: process.pid });
      Bun.gc(true);
      console.log('locked');
      setInterval(() => {}, 1000);`;
    const child = Bun.spawn([process.execPath, '-e', script, dataDir.path], { stdout: 'pipe' });
    try {
      await child.stdout.getReader().read();
      await expect(lockForDaemon(dataDir, { pid: 1 })).rejects.toMatchObject({
        message: expect.stringContaining(`(pid ${child.pid})`),
      });
    } finally {
      child.kill('SIGKILL');
    }
    await child.exited;
    await (await lockForDaemon(dataDir, { pid: 1 })).release();
  });

  test('lets commands work side by side, and a daemon start when they are done', async () => {
    const dataDir = await openDataDir(fresh());
    const commands = await Promise.all([lockForCommand(dataDir), lockForCommand(dataDir)]);
    for (const command of commands) await command.release();
    const daemon = await lockForDaemon(dataDir, { pid: 1 });
    await daemon.release();
  });
});

describe('secrets', () => {
  test('are made once, private, and kept', async () => {
    const dataDir = fresh();
    const first = await loadOrCreateSecrets({ dataDir, given: {}, log: silentLogger });
    expect(await loadOrCreateSecrets({ dataDir, given: {}, log: silentLogger })).toEqual(first);
    expect(first.livekitApiSecret.length).toBeGreaterThanOrEqual(32);
    expect(await modeOf(join(dataDir, 'secrets'))).toBe(0o700);
    expect((await readdir(join(dataDir, 'secrets'))).sort()).toEqual(['livekit.json', 'token-key']);
    expect(await modeOf(join(dataDir, 'secrets/livekit.json'))).toBe(0o600);
  });

  test('are the same for starts at the same time', async () => {
    const dataDir = fresh();
    const starts = Array.from({ length: 20 }, () =>
      loadOrCreateSecrets({ dataDir, given: {}, log: silentLogger }),
    );
    expect(new Set((await Promise.all(starts)).map((secrets) => JSON.stringify(secrets))).size).toBe(1);
  });

  test('that are given are used and not written anywhere', async () => {
    const dataDir = fresh();
    const given = { apiKey: 'key', apiSecret: 's'.repeat(40) };
    const secrets = await loadOrCreateSecrets({ dataDir, given, log: silentLogger });
    expect(secrets).toMatchObject({ livekitApiKey: 'key', livekitApiSecret: given.apiSecret });
    expect(await readdir(join(dataDir, 'secrets'))).toEqual(['token-key']);
  });

  test('that others could read are closed to them, with a warning that has no secret in it', async () => {
    const dataDir = fresh();
    const { tokenKey } = await loadOrCreateSecrets({ dataDir, given: {}, log: silentLogger });
    const path = join(dataDir, 'secrets/token-key');
    await chmod(path, 0o644);
    let logged = '';
    const log = createLogger({ level: 'info', format: 'json', write: (line) => (logged += line) });
    await loadOrCreateSecrets({ dataDir, given: {}, log });
    expect(await modeOf(path)).toBe(0o600);
    expect(logged).toContain(path);
    expect(logged).not.toContain(tokenKey);
  });

  test('that are damaged stop the start instead of being replaced', async () => {
    const dataDir = fresh();
    await loadOrCreateSecrets({ dataDir, given: {}, log: silentLogger });
    const path = join(dataDir, 'secrets/livekit.json');
    await writeFile(path, '{"apiKey":"hal');
    await expect(loadOrCreateSecrets({ dataDir, given: {}, log: silentLogger })).rejects.toMatchObject({
      code: 'secrets_invalid',
    });
    expect(await readFile(path, 'utf8')).toBe('{"apiKey":"hal');
  });
});
