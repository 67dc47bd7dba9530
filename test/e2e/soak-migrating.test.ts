import '../harness/slow.ts';
import { Database } from 'bun:sqlite';
import { afterEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MIGRATIONS } from '../../src/db/migrations.ts';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import { asAdmin, startDidar } from '../harness/didar.ts';
import { seeded } from '../harness/soak/seeded.ts';
import { versionOf } from '../harness/soak/wreck.ts';

/** A tenth of what `scripts/soak` takes; few are enough, since each is aimed. */
const KILLS = Math.ceil(Number(process.env.SOAK_KILLS ?? 30) / 10);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
/** So many that their new indices do not fit into SQLite's memory, and are on the disk before they are committed. */
const EVENTS = 120_000;
const DIDR = 0x44494452;
const LONGEST_DELAY_MS = 150;
const START_LIMIT_MS = 30_000;

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** A home as the first didar ever left it, with a history. */
function oldHome(): string {
  const home = mkdtempSync(`${tmpdir()}/didar-old-`);
  homes.push(home);
  mkdirSync(`${home}/didar`, { mode: 0o700 });
  const database = new Database(`${home}/didar/didar.db`);
  database.run(MIGRATIONS[0]?.sql ?? '');
  database.run(`PRAGMA application_id = ${DIDR}`);
  database.run('PRAGMA user_version = 1');
  database.run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
     INSERT INTO events (kind, at, actor, room_name, identity, data)
     SELECT 'room.created', ${Date.now()}, 'u_' || i, 'room-' || i, NULL, '{}' FROM n`,
  );
  database.close();
  return home;
}

test(`a start that is killed while it migrates leaves the old schema or the new one, and every row (${KILLS} kills, seed ${SEED})`, async () => {
  const random = seeded(SEED);
  let home = oldHome();
  let inTheMiddle = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const log = `${home}/didar/didar.db-wal`;
    const didar = await startDidar({ home, waitFor: 'nothing' });
    try {
      const limit = performance.now() + START_LIMIT_MS;
      while (!(existsSync(log) && statSync(log).size > 0) && performance.now() < limit) await Bun.sleep(1);
      await Bun.sleep(random() * LONGEST_DELAY_MS);
      await didar.kill9();
    } finally {
      await didar.cleanUp();
    }
    const wasWriting = existsSync(log) && statSync(log).size > 0;
    const { version, integrity, events } = await versionOf(`${home}/didar`);
    expect(`kill ${kill}: ${integrity}, ${events >= EVENTS}`).toBe(`kill ${kill}: ok, true`);
    expect([1, MIGRATIONS.length]).toContain(version);
    if (version === 1 && wasWriting) inTheMiddle += 1;
    if (version !== 1) home = oldHome();
  }

  const didar = await startDidar({ home, waitFor: 'health' });
  try {
    const page = await asAdmin<{ items: DidarEvent[] }>(didar, '/api/event?kind=room.created&limit=1');
    expect(page.items).toMatchObject([{ id: EVENTS, room: `room-${EVENTS}`, outcome: 'done' }]);
  } finally {
    await didar.cleanUp();
  }
  expect(await versionOf(`${home}/didar`)).toMatchObject({ version: MIGRATIONS.length, integrity: 'ok' });
  expect(inTheMiddle).toBeGreaterThan(0);
  console.log(`${KILLS} kills, ${inTheMiddle} in the middle of a migration: no row lost`);
}, 300_000);
