import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { systemClock } from '../../src/lib/clock.ts';
import { backupName } from '../../src/modules/backups/files.ts';
import type { BackupFile } from '../../src/modules/backups/model.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { createS3 } from '../../src/recording/storage/s3.ts';
import { provideVersitygw } from '../fixtures/versitygw/provide.ts';
import { startVersitygw } from '../fixtures/versitygw/versitygw.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type Account, createAccount, createRoom, login } from '../harness/people.ts';
import { eventually } from '../harness/within.ts';
import '../harness/slow.ts';

const gateway = await provideVersitygw();

interface Restored {
  readonly header: { readonly rows: Record<string, number>; readonly createdAt: string };
  readonly rows: Record<string, number>;
  readonly keptAside: readonly string[];
}

describe('a backup of a server that is at work', () => {
  const home = mkdtempSync(`${tmpdir()}/didar-backup-`);
  const file = `${home}/night.tar.zst`;
  const newHome = `${home}/new`;
  let didar: Didar;
  let account: Account;
  /** Rooms whose making was answered before the backup began. */
  let acknowledged: string[];

  beforeAll(async () => {
    mkdirSync(newHome);
    didar = await startDidar();
    account = await createAccount(didar, 'admin');
    mkdirSync(`${didar.dataDir}/recordings/r_1`, { recursive: true });
    writeFileSync(`${didar.dataDir}/recordings/r_1/track.mkv`, 'frames '.repeat(100_000));
  });
  afterAll(async () => {
    await didar.cleanUp();
    rmSync(home, { recursive: true, force: true });
  });

  const restore = (args: readonly string[], options: { stdin?: string } = {}) =>
    didar.cli(['restore', ...args, '--data', `${newHome}/didar`], {
      ...options,
      env: { DIDAR_CONFIG: `${newHome}/config.yaml` },
    });

  /** Every row of a table up to an id, as one text. */
  function contents(path: string, query: string): string {
    const database = new Database(path, { readonly: true });
    try {
      return JSON.stringify(database.query(query).all());
    } finally {
      database.close();
    }
  }

  test('holds every change that was answered before it began, and is whole, while changes go on', async () => {
    const made: string[] = [];
    let isOn = true;
    const writers = [1, 2, 3].map(async () => {
      while (isOn) {
        const { name } = await createRoom(didar);
        made.push(name);
      }
    });
    await eventually(() => made.length > 50, 'fifty rooms');
    acknowledged = [...made];
    const { code, stdout, stderr } = await didar.cli([
      'backup',
      '--socket',
      didar.socket,
      file,
      '--recordings',
      '--json',
    ]);
    const during = made.length - acknowledged.length;
    isOn = false;
    await Promise.all(writers);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(during).toBeGreaterThan(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(stdout).header.rows.rooms).toBeGreaterThanOrEqual(acknowledged.length);
    expect(readdirSync(`${didar.dataDir}/run`).filter((name) => name.startsWith('backup-'))).toEqual([]);
    const { items } = await asAdmin<{ items: DidarEvent[] }>(didar, '/api/event?kind=backup.created');
    expect(items).toMatchObject([{ actor: 'local', data: { recordings: true } }]);
  });

  test('what restoring it would do is told, and nothing done', async () => {
    const { code, stdout } = await restore([file, '--dry-run']);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`It would go to ${newHome}/didar`),
    });
    expect(existsSync(`${newHome}/didar`)).toBe(false);
  });

  test('becomes a server with the same rows, sums, passwords and recordings', async () => {
    const { code, stdout, stderr } = await restore([file, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { header, rows } = JSON.parse(stdout) as Restored;
    expect(rows).toEqual(header.rows);

    const [old, restored] = [`${didar.dataDir}/didar.db`, `${newHome}/didar/didar.db`];
    const last = JSON.parse(contents(restored, 'SELECT max(id) AS id, count(*) AS count FROM events'))[0];
    const events = `SELECT * FROM events WHERE id <= ${last.id} ORDER BY id`;
    expect(last.count).toBe(rows.events);
    expect(contents(restored, events)).toBe(contents(old, events));
    const names: { name: string }[] = JSON.parse(contents(restored, 'SELECT name FROM rooms'));
    const rooms = `SELECT * FROM rooms WHERE name IN (${names.map(({ name }) => `'${name}'`)}) ORDER BY id`;
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(acknowledged));
    expect(contents(restored, rooms)).toBe(contents(old, rooms));
    for (const name of ['secrets/token-key', 'secrets/livekit.json', 'recordings/r_1/track.mkv']) {
      expect(readFileSync(`${newHome}/didar/${name}`)).toEqual(readFileSync(`${didar.dataDir}/${name}`));
    }

    const moved = await startDidar({ home: newHome, waitFor: 'health' });
    try {
      expect((await moved.api('/api/auth/me', { token: account.token })).status).toBe(200);
      expect((await login(moved, account.user.email, account.password)).user.id).toBe(account.user.id);
      expect(await asAdmin<Room>(moved, `/api/room/${acknowledged[0]}`)).toMatchObject({
        name: acknowledged[0],
      });
      const running = await restore([file, '--replace']);
      expect(running).toMatchObject({ code: 1, stderr: expect.stringContaining('another didar') });
    } finally {
      await moved.cleanUp();
    }
  });

  test('replaces data only when told so, and keeps what was there', async () => {
    const before = readFileSync(`${newHome}/didar/didar.db`);
    const refused = await restore([file]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--replace') });
    expect(readFileSync(`${newHome}/didar/didar.db`)).toEqual(before);
    const { code, stdout } = await restore([file, '--replace', '--json']);
    expect(code).toBe(0);
    const { keptAside } = JSON.parse(stdout) as Restored;
    expect(readFileSync(`${keptAside.at(-1)}/didar.db`)).toEqual(before);
  });

  test('of which a byte is lost or changed is refused, and changes nothing', async () => {
    const whole = readFileSync(file);
    const changed = Buffer.from(whole);
    const middle = Math.floor(changed.length / 2);
    changed[middle] = (changed[middle] ?? 0) ^ 1;
    const before = readFileSync(`${newHome}/didar/didar.db`);
    for (const [name, bytes] of [
      ['short', whole.subarray(0, whole.length - 20)],
      ['changed', changed],
      ['other', Buffer.from('a text')],
    ] as const) {
      writeFileSync(`${home}/${name}`, bytes);
      const { code, stderr } = await restore([`${home}/${name}`, '--replace']);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/backup/i) });
      expect(readFileSync(`${newHome}/didar/didar.db`)).toEqual(before);
    }
    expect(readdirSync(`${newHome}/didar`).filter((name) => name.startsWith('.restore'))).toEqual([]);
  });

  test('that finds no place leaves nothing behind, and says so at once', async () => {
    const before = readdirSync(home);
    for (const path of [`${home}/missing/night`, '/proc/night', `${home}/night.tar.zst/below`]) {
      const { code, stderr } = await didar.cli(['backup', path, '--socket', didar.socket]);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(path) });
    }
    expect(readdirSync(home)).toEqual(before);
  });

  test('can be encrypted, and opened with the passphrase alone', async () => {
    const sealed = `${home}/sealed`;
    const made = await didar.cli(['backup', '--socket', didar.socket, sealed, '--passphrase-stdin'], {
      stdin: 'open sesame\n',
    });
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(sealed, 'latin1')).toStartWith('age-encryption.org/v1');
    const wrong = await restore([sealed, '--dry-run', '--passphrase-stdin'], { stdin: 'sesame\n' });
    expect(wrong).toMatchObject({ code: 77, stderr: expect.stringContaining('passphrase') });
    const right = await restore([sealed, '--dry-run', '--passphrase-stdin'], { stdin: 'open sesame\n' });
    expect(right).toMatchObject({ code: 0, stderr: '' });
  });

  test('can be made of a stopped server, and of a newer one is refused', async () => {
    await didar.stop();
    const stopped = `${home}/stopped`;
    const made = await didar.cli(['backup', '--socket', didar.socket, stopped]);
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    const database = new Database(`${didar.dataDir}/didar.db`);
    database.run('PRAGMA user_version = 999');
    database.close();
    expect((await didar.cli(['backup', '--socket', didar.socket, stopped])).code).toBe(0);
    const refused = await restore([stopped, '--dry-run']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('newer didar') });
  });
});

describe('a server that backs itself up', () => {
  test('makes one by itself, which only the key that is not on it opens', async () => {
    const home = mkdtempSync(`${tmpdir()}/didar-backups-`);
    const identity = await generateIdentity();
    writeFileSync(`${home}/key.txt`, `# the key\n${identity}\n`);
    const dir = `${home}/backups`;
    const recipients = [await identityToRecipient(identity)];
    const didar = await startDidar({ config: { backup: { every: '1h', dir, recipients } } });
    try {
      const made = () => (existsSync(dir) ? readdirSync(dir) : []).find((name) => name.endsWith('.age'));
      const name = await eventually(() => made() ?? null, 'a backup');
      expect(statSync(`${dir}/${name}`).mode & 0o777).toBe(0o600);
      const { items } = await asAdmin<{ items: Job[] }>(didar, '/api/job?kind=make_backup');
      expect(items).toHaveLength(1);
      const restore = (...args: string[]) =>
        didar.cli(['restore', `${dir}/${name}`, '--dry-run', '--json', ...args], { stdin: 'x' });
      expect(await restore('--passphrase-stdin')).toMatchObject({ code: 77 });
      const opened = await restore('--identity', `${home}/key.txt`);
      expect(opened).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(opened.stdout).header.dataDir).toBe(didar.dataDir);

      const asked = await asAdmin<Job>(didar, '/api/system/backup/job', { method: 'POST' });
      const path = `/api/job/${asked.id}`;
      await eventually(async () => (await asAdmin<Job>(didar, path)).state === 'done', 'the one asked for');
      const { items: files } = await asAdmin<{ items: BackupFile[] }>(didar, '/api/system/backup/files');
      expect(files[0]).toMatchObject({
        name: backupName(Date.parse(asked.createdAt), true),
        bytes: expect.any(Number),
        encrypted: true,
      });
    } finally {
      await didar.cleanUp();
      rmSync(home, { recursive: true, force: true });
    }
  });

  test.skipIf(gateway === undefined)(
    `brings it to the bucket too${gateway === undefined ? ' (versitygw could not be built without Go)' : ''}`,
    async () => {
      const bucket = await startVersitygw({ path: gateway ?? '' });
      const { accessKeyId, secretAccessKey, endpoint, bucket: name, region } = bucket.settings;
      const s3 = { bucket: name, endpoint, region, accessKeyId, secretAccessKey, prefix: 'didar/' };
      const didar = await startDidar({
        config: { recording: { s3 }, backup: { every: '1h', toBucket: true } },
      });
      try {
        const objects = createS3({ settings: bucket.settings, clock: systemClock });
        const key = await eventually(
          async () => (await Array.fromAsync(objects.list('didar/backups/')))[0] ?? null,
          'a backup in the bucket',
        );
        const file = `${didar.dataDir}/backups/${key.slice('didar/backups/'.length)}`;
        expect((await objects.head(key))?.bytes).toBe(statSync(file).size);
      } finally {
        await didar.cleanUp();
        await bucket.stop();
      }
    },
  );
});
