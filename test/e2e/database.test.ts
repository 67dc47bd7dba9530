import { Database } from 'bun:sqlite';
import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { createAccount, createRoom, login } from '../harness/people.ts';
import '../harness/slow.ts';

describe('what was acknowledged is there after the worst end', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  function makeHome(): string {
    const home = mkdtempSync(`${tmpdir()}/didar-database-`);
    undo.push(() => rmSync(home, { recursive: true, force: true }));
    return home;
  }

  async function start(home: string): Promise<Didar> {
    const didar = await startDidar({ home });
    undo.push(didar.cleanUp);
    return didar;
  }

  const databaseOf = (didar: Didar): string =>
    `${didar.dataDir}/${readdirSync(didar.dataDir).find((name) => /\.(db|sqlite)$/.test(name))}`;

  test('rooms, accounts and events survive a SIGKILL in the moment after their answer', async () => {
    const didar = await start(makeHome());
    const account = await createAccount(didar);
    const room = await createRoom(didar, { title: 'Kept' });
    await didar.kill9();
    await didar.restart();
    expect(await asAdmin<Room>(didar, `/api/room/${room.name}`)).toMatchObject({ title: 'Kept' });
    expect((await login(didar, account.user.email, account.password)).user.id).toBe(account.user.id);
    expect((await didar.api('/api/auth/me', { token: account.token })).status).toBe(200);
    const { items } = await asAdmin<{ items: DidarEvent[] }>(didar, `/api/event?room=${room.name}`);
    expect(items.map(({ kind }) => kind)).toContain('room.created');
  });

  test('a database from a newer didar is refused', async () => {
    const home = makeHome();
    const didar = await start(home);
    const path = databaseOf(didar);
    await didar.stop();
    const database = new Database(path);
    const before = database.query('PRAGMA user_version').get();
    database.run('PRAGMA user_version = 999');
    database.close();
    expect(before).not.toBeNull();
    await expect(didar.restart()).rejects.toThrow(/newer/);
  });

  test('a file that is no database is named, and not overwritten', async () => {
    const home = makeHome();
    const didar = await start(home);
    const path = databaseOf(didar);
    await didar.stop();
    const garbage = 'this was a database once '.repeat(1000);
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    writeFileSync(path, garbage);
    await expect(didar.restart()).rejects.toThrow(path);
    expect(await Bun.file(path).text()).toBe(garbage);
  });
});
