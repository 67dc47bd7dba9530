import { Database as Sqlite } from 'bun:sqlite';
import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '../lib/errors.ts';
import { silentLogger } from '../lib/log.ts';
import { manualClock } from '../lib/manual-clock.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { openDatabase } from './open.ts';
import { users } from './schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'didar-db-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const open = (path: string) => openDatabase(path, { log: silentLogger });
const row = {
  id: 'u_1',
  email: 'a@b.c',
  emailKey: 'a@b.c',
  name: 'A',
  role: 'user' as const,
  createdAt: 1,
  updatedAt: 1,
};

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('the database', () => {
  test('is made readable for its owner alone, and keeps what was written', () => {
    const path = at('new.db');
    const first = open(path);
    first.orm.insert(users).values(row).run();
    first.check();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    first.close();
    const second = open(path);
    expect(second.orm.select().from(users).all()).toHaveLength(1);
    expect(second.sqlite.query('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    second.close();
  });

  test('of a newer didar is refused', () => {
    const path = at('newer.db');
    const database = open(path);
    database.sqlite.run(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    expect(refusal(() => open(path))).toBe('database_newer');
  });

  test('of another program is left alone', () => {
    const path = at('foreign.db');
    const foreign = new Sqlite(path);
    foreign.run('CREATE TABLE theirs (a)');
    foreign.close();
    expect(refusal(() => open(path))).toBe('database_foreign');
  });

  test('that is no database, damaged or unreachable says which', () => {
    writeFileSync(at('text.db'), 'a text that is no database. '.repeat(100));
    expect(refusal(() => open(at('text.db')))).toBe('database_foreign');
    expect(refusal(() => open(at('missing/x.db')))).toBe('database_unavailable');

    const damaged = at('damaged.db');
    open(damaged).close();
    truncateSync(damaged, 4096 * 3);
    expect(refusal(() => open(damaged))).toBe('database_corrupt');
  });

  test('refuses rows that refer to nothing', () => {
    const database = open(':memory:');
    expect(() =>
      database.sqlite.run(
        "INSERT INTO logins (id, user_id, refresh_hash, created_at, used_at, expires_at) VALUES ('l','u_none','h',1,1,1)",
      ),
    ).toThrow('FOREIGN KEY');
  });
});

test('a check that fails is not remembered, one that went well is, for a second', () => {
  const clock = manualClock();
  const database = openDatabase(at('checked.db'), { log: silentLogger, clock });
  database.check();
  database.sqlite.run('PRAGMA query_only = ON');
  database.check();
  clock.advance(1_000);
  for (let i = 0; i < 2; i += 1) expect(refusal(database.check)).toBe('database_read_only');
  database.sqlite.run('PRAGMA query_only = OFF');
  database.check();
  database.close();
});

describe('a database that another program holds', () => {
  test('is waited for without holding anything up, and not for ever', async () => {
    const database = open(at('held.db'));
    const other = new Sqlite(at('held.db'));
    await database.untilWritable();
    other.run('BEGIN IMMEDIATE');
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
      if (ticks === 5) other.run('ROLLBACK');
    }, 20);
    await Promise.all([database.untilWritable(), database.untilWritable()]);
    clearInterval(ticking);
    expect(ticks).toBeGreaterThanOrEqual(5);

    other.run('BEGIN IMMEDIATE');
    expect(await database.untilWritable().catch((error: DomainError) => error.code)).toBe('database_busy');
    other.close();
    database.close();
  }, 30_000);
});

describe('migrations', () => {
  test('embedded are those in the folder, in their order', () => {
    const files = readdirSync(join(import.meta.dir, '../../drizzle')).filter((name) => name.endsWith('.sql'));
    expect(MIGRATIONS.map((migration) => `${migration.name}.sql`)).toEqual(files.sort());
  });

  test('run once, and all or none of them', () => {
    const sqlite = new Sqlite(':memory:');
    const good = { name: '1', sql: 'CREATE TABLE one (a); CREATE TABLE more (a)' };
    expect(migrate(sqlite, 'x', [good])).toEqual(['1']);
    expect(migrate(sqlite, 'x', [good])).toEqual([]);
    const second = { name: '2', sql: 'CREATE TABLE two (a)' };
    expect(() => migrate(sqlite, 'x', [good, second, { name: '3', sql: 'CREATE TABLE one (a)' }])).toThrow(
      'already exists',
    );
    expect(sqlite.query("SELECT name FROM sqlite_schema WHERE name = 'two'").get()).toBeNull();
    expect(migrate(sqlite, 'x', [good, second])).toEqual(['2']);
  });
});
