import '../harness/slow.ts';
import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { createBackup } from '../../src/backup/create-backup.ts';
import { finishRestore } from '../../src/backup/restore/carry-out.ts';
import { saveBackup } from '../../src/backup/save-backup.ts';
import { dataDirAt } from '../../src/config/data-dir.ts';
import { openDatabase } from '../../src/db/open.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLogger } from '../../src/lib/log.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import { asAdmin, startDidar } from '../harness/didar.ts';
import { ROOT } from '../harness/executable.ts';
import { runProcess } from '../harness/process.ts';

const RESTORE = `${ROOT}/test/fixtures/restore-killed.ts`;
const KILLED = 137;
/** Each step is a process of its own, of which a busy machine starts one in seconds. */
const LIMIT_MS = 300_000;

describe('a restore that is killed while it puts files in place', () => {
  const home = mkdtempSync(`${tmpdir()}/didar-restore-killed-`);
  const backup = `${home}/backup.tar.zst`;
  /** A server as it was before: its data is copied for each kill. */
  const before = `${home}/before`;

  beforeAll(async () => {
    makeServer(`${home}/source`, 'new');
    makeServer(before, 'old');
    const { database, secrets, certificates, recordings, run, path } = dataDirAt(`${home}/source`);
    const made = await createBackup(
      {
        version: '1.0.0',
        dataDir: path,
        database,
        scratch: run,
        secrets,
        certificates,
        recordingDir: recordings,
        withRecordings: true,
        configPath: `${home}/source/config.yaml`,
      },
      systemClock,
    );
    await saveBackup(made.stream, { path: backup });
    await made.dispose();
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** A server's data, of which each part says whose it is. */
  function makeServer(dataDir: string, name: string): void {
    const parts = ['run', 'secrets', 'certificates', 'recordings/rec_1', `recordings/rec_${name}`];
    for (const part of parts) mkdirSync(`${dataDir}/${part}`, { recursive: true, mode: 0o700 });
    // As long as a key is.
    writeFileSync(`${dataDir}/secrets/token-key`, name.padEnd(43, 'k'));
    for (const file of ['certificates/x.pem', 'config.yaml', 'recordings/rec_1/a.mkv'])
      writeFileSync(`${dataDir}/${file}`, name);
    writeFileSync(`${dataDir}/recordings/rec_${name}/a.mkv`, name);
    const db = openDatabase(`${dataDir}/didar.db`, { log: silentLogger });
    const now = Date.now();
    db.sqlite.run(
      `INSERT INTO events (kind, at, actor, room_name, identity, data, outcome) VALUES ('room.created', ${now}, 'local', '${name}', NULL, '{}', 'done')`,
    );
    db.close();
  }

  /** Whose what is there is: one word when it is all of one server. */
  function whose(dataDir: string): string {
    const database = new Database(`${dataDir}/didar.db`, { readonly: true });
    const events = database.query<{ room_name: string }, []>('SELECT room_name FROM events').all();
    database.close();
    const files = ['secrets/token-key', 'certificates/x.pem', 'recordings/rec_1/a.mkv'];
    const texts = files.map((file) => readFileSync(`${dataDir}/${file}`, 'utf8').replace(/k+$/, ''));
    return [...new Set([...events.map(({ room_name }) => room_name), ...texts])].join(' and ');
  }

  async function restoreInto(dataDir: string, killedAt: number) {
    return runProcess({
      command: [process.execPath, RESTORE, backup, dataDir, String(killedAt)],
      env: process.env,
      cwd: home,
    });
  }

  /** Nothing of a restore is left, and what was replaced is kept. */
  function expectNew(dataDir: string): void {
    expect(whose(dataDir)).toBe('new');
    const names = readdirSync(dataDir);
    expect(names.filter((name) => /^\.restore-|^restore\.json$/.test(name))).toEqual([]);
    expect(readdirSync(`${dataDir}/recordings`).sort()).toEqual(['rec_1', 'rec_new', 'rec_old']);
    const [aside] = names.filter((name) => name.startsWith('before-restore-'));
    const kept = `${dataDir}/${aside}`;
    expect(readFileSync(`${kept}/secrets/token-key`, 'utf8')).toStartWith('old');
    expect(readFileSync(`${kept}/recordings/rec_1/a.mkv`, 'utf8')).toBe('old');
    expect(existsSync(`${kept}/didar.db`)).toBe(true);
    expect(readFileSync(`${dataDir}/config.restored.yaml`, 'utf8')).toBe('new');
  }

  test(
    'is completed by whoever comes next, whichever step it was killed before, and loses nothing',
    async () => {
      const whole = `${home}/whole`;
      cpSync(before, whole, { recursive: true });
      const { stdout, code } = await restoreInto(whole, 0);
      expect(code).toBe(0);
      expectNew(whole);
      const steps = Number(stdout);
      expect(steps).toBeGreaterThan(10);

      for (let step = 1; step <= steps; step += 1) {
        const dataDir = `${home}/killed-${step}`;
        cpSync(before, dataDir, { recursive: true });
        const killed = await restoreInto(dataDir, step);
        expect(`${step}: ${killed.code} ${killed.stderr}`).toBe(`${step}: ${KILLED} `);
        // Again and again in the middle of completing it.
        let isComplete = false;
        for (let again = 1; !isComplete; again += 1) {
          let changes = 0;
          const stopped = new Error('killed');
          isComplete = await finishRestore(dataDirAt(dataDir), `${dataDir}/recordings`, {
            log: silentLogger,
            step: (change) => (++changes === again ? Promise.reject(stopped) : change()),
          }).then(
            () => true,
            (error: Error) => {
              expect(error).toMatchObject({ code: 'restore_unfinished', cause: stopped });
              return false;
            },
          );
        }
        expectNew(dataDir);
      }
    },
    LIMIT_MS,
  );

  test('is completed by a start of the server; a command that needs the data says so instead of guessing', async () => {
    const own = `${home}/own`;
    cpSync(before, `${own}/didar`, { recursive: true });
    expect((await restoreInto(`${own}/didar`, 8)).code).toBe(KILLED);
    const didar = await startDidar({ home: own, waitFor: 'nothing', args: ['--help'] });
    try {
      await didar.exited;
      const made = await didar.cli(['backup', `${home}/half.tar.zst`, '--socket', didar.socket]);
      expect(made).toMatchObject({ code: 1, stderr: expect.stringContaining('was cut short') });
      expect(existsSync(`${own}/didar/restore.json`)).toBe(true);
    } finally {
      await didar.cleanUp();
    }
    const started = await startDidar({ home: own, waitFor: 'health' });
    try {
      expect(started.logs()).toContain('a restore that was cut short is complete now');
      const { items } = await asAdmin<{ items: DidarEvent[] }>(started, '/api/event?kind=room.created');
      expect(items).toMatchObject([{ room: 'new' }]);
    } finally {
      await started.cleanUp();
    }
  });

  test('and one that was killed before that has changed nothing: its leftovers go with the next start', async () => {
    const dataDir = `${home}/early`;
    cpSync(before, dataDir, { recursive: true });
    for (const name of ['.restore-abc123', 'recordings/.restore-def456']) {
      mkdirSync(`${dataDir}/${name}`);
      writeFileSync(`${dataDir}/${name}/didar.db`, 'half a database');
    }
    writeFileSync(`${dataDir}/restore.json.abc123.tmp`, '{"half":');
    await finishRestore(dataDirAt(dataDir), `${dataDir}/recordings`, { log: silentLogger });
    expect(whose(dataDir)).toBe('old');
    expect(readdirSync(dataDir).filter((name) => name.includes('restore'))).toEqual([]);
    expect(readdirSync(`${dataDir}/recordings`).sort()).toEqual(['rec_1', 'rec_old']);
  });
});
