import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Elysia, t } from 'elysia';
import { until } from '../../../test/fixtures/until.ts';
import type { Principal } from '../../access/principal.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { silentLogger } from '../../lib/log.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { createHandler, type Handle } from '../handler.ts';
import { createIdempotency, type Idempotency } from './idempotency.ts';

const CLIENT = { address: '198.51.100.7', transport: 'tcp' as const, secure: true };
let folder: string;
let db: Database;
let clock: ManualClock;
let idempotency: Idempotency;
let handle: Handle;
let principal: Principal;
let made: number;
let gate: Promise<void>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'didar-idempotency-'));
  clock = manualClock();
  made = 0;
  gate = Promise.resolve();
  principal = { kind: 'token', tokenId: 't_1', scopes: ['admin'] };
  start();
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function start(): void {
  db = openDatabase(join(folder, 'didar.db'), { log: silentLogger });
  idempotency = createIdempotency({ db, clock, key: 'a key of this test' });
  const things = new Elysia({ name: 'things' })
    .post(
      '/api/thing',
      async ({ body, status }) => {
        await gate;
        made += 1;
        return status(201, { number: made, secret: `secret-${body.name}` });
      },
      {
        body: t.Object({ name: t.String({ minLength: 1 }) }),
        response: { 201: t.Object({ number: t.Integer(), secret: t.String() }) },
      },
    )
    .post('/api/thing/count', () => ({ made: ++made }), {
      response: { 200: t.Object({ made: t.Integer() }) },
    });
  handle = createHandler({
    authenticate: () => principal,
    modules: [things],
    log: silentLogger,
    clock,
    idempotency,
  });
}

async function post(key: string | undefined, body: unknown = { name: 'a' }, path = '/api/thing') {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (key !== undefined) headers.set('idempotency-key', key);
  const request = new Request(`http://localhost${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const response = await handle(request, CLIENT);
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed'),
    body: (await response.json()) as { number?: number; code?: string; secret?: string },
  };
}

describe('a create with an Idempotency-Key', () => {
  test('is done once, however often it is sent', async () => {
    const [first, second] = [await post('k1'), await post('k1')];
    expect(first).toMatchObject({ status: 201, replayed: null, body: { number: 1 } });
    expect(second).toEqual({ ...first, replayed: 'true' });
    expect(made).toBe(1);
  });

  test('is done anew with another key, without one, and for somebody else', async () => {
    await post('k1');
    expect((await post('k2')).body.number).toBe(2);
    expect((await post(undefined)).body.number).toBe(3);
    principal = { kind: 'token', tokenId: 't_2', scopes: ['admin'] };
    expect((await post('k1')).body.number).toBe(4);
  });

  test('and another body is refused', async () => {
    await post('k1');
    expect(await post('k1', { name: 'b' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(made).toBe(1);
  });

  test('is refused while the first one is under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    const first = post('k1');
    expect(await post('k1')).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_use' } });
    resolve();
    expect((await first).status).toBe(201);
    expect((await post('k1')).replayed).toBe('true');
  });

  test('that failed can be sent again', async () => {
    expect((await post('k1', { name: '' })).status).toBe(422);
    expect((await post('k1')).status).toBe(201);
  });

  test('is remembered over a restart, and for a day', async () => {
    await post('k1');
    db.close();
    start();
    expect((await post('k1')).body.number).toBe(1);
    clock.advance(24 * 3_600_000);
    expect((await post('k1')).body.number).toBe(2);
  });

  test('in whose middle the server died is not done twice: that is for the client to look', async () => {
    gate = new Promise(() => undefined);
    void post('k1');
    await until(() => db.sqlite.query('select 1 from idempotency_keys').get() !== null);
    db.close();
    gate = Promise.resolve();
    start();
    expect(await post('k1')).toMatchObject({ status: 409, body: { code: 'idempotency_unknown' } });
    expect(await post('k1', { name: 'b' })).toMatchObject({ body: { code: 'idempotency_key_reused' } });
    expect(made).toBe(0);
    expect((await post('k2')).status).toBe(201);
  });

  test('leaves neither its key nor a secret of its answer in the database', async () => {
    await post('a-key-of-the-client', { name: 'hunter22' });
    db.sqlite.run('PRAGMA wal_checkpoint(TRUNCATE)');
    const file = readFileSync(join(folder, 'didar.db'));
    expect(file.includes('secret-hunter22')).toBe(false);
    expect(file.includes('a-key-of-the-client')).toBe(false);
  });

  test('of no sensible kind is told', async () => {
    expect(await post('x'.repeat(201))).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_invalid' },
    });
  });

  test('that is forgotten takes no room', async () => {
    await post('k1');
    clock.advance(25 * 3_600_000);
    const stop = idempotency.keepBounded();
    expect(db.sqlite.query('select count(*) as n from idempotency_keys').get()).toEqual({ n: 0 });
    stop();
  });
});

test('what creates nothing, and who is not signed in, is asked each time', async () => {
  await post('k1', {}, '/api/thing/count');
  await post('k1', {}, '/api/thing/count');
  expect(made).toBe(2);
  principal = { kind: 'anyone' };
  await post('k1');
  await post('k1');
  expect(made).toBe(4);
});
