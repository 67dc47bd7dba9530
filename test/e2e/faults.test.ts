import { Database } from 'bun:sqlite';
import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute } from 'node:path';
import { freePort } from '../../src/lib/free-port.ts';
import type { Diagnosis, Finding } from '../../src/modules/doctor/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Ready } from '../../src/modules/system/model.ts';
import { asAdmin, type Didar, type DidarOptions, startDidar } from '../harness/didar.ts';
import { didarCommand, ROOT } from '../harness/executable.ts';
import { attend, createRoom } from '../harness/people.ts';
import { canMount, createSmallDisk } from '../harness/small-disk.ts';
import { startTerminal } from '../harness/tmux.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const MB = 1024 ** 2;
const HOUR_S = 3600;
const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find(existsSync);
const isRoot = process.getuid?.() === 0;
const mayDropPowers = isRoot && Bun.which('setpriv') !== null;

describe('what goes wrong below the server is told, and mends itself', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  async function start(options: DidarOptions = {}): Promise<Didar> {
    const didar = await startDidar(options);
    undo.push(didar.cleanUp);
    return didar;
  }

  async function findingOf(didar: Didar, id: string): Promise<Finding> {
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    return findings.find((finding) => finding.id === id) as Finding;
  }

  /** Until readiness says so of one of its checks. */
  async function readiness(didar: Didar, check: keyof Ready['checks'], ok: boolean) {
    return eventually(
      async () => {
        const { status, body } = await didar.api<Ready>('/api/ready');
        return body.checks[check].ok === ok && { status, ...body.checks[check] };
      },
      `${check} to be ${ok ? 'well' : 'told'} in /api/ready`,
    );
  }

  /** What the first line of a dashboard says. */
  async function dashboard(didar: Didar, run: (shows: (text: RegExp) => Promise<unknown>) => Promise<void>) {
    const command = didarCommand().map((part) => (isAbsolute(part) ? part : `${ROOT}/${part}`));
    const terminal = await startTerminal({
      command: [...command, 'tui', '--socket', didar.socket],
      env: { ...didar.env, LC_ALL: 'C.UTF-8', LD_PRELOAD: undefined },
      width: 120,
    });
    try {
      await run((text) => terminal.shows(text));
    } finally {
      await terminal.close();
    }
  }

  test('a database that another program holds', async () => {
    const didar = await start();
    const room = await createRoom(didar);
    const other = new Database(`${didar.dataDir}/didar.db`);
    undo.push(() => other.close());
    other.run('BEGIN IMMEDIATE');

    // Who writes waits without holding up who reads, and is told.
    const writing = didar.local<{ code: string }>('/api/room', { json: { access: 'public' } });
    const slowest: number[] = [];
    let isWritten = false;
    void writing.then(() => {
      isWritten = true;
    });
    while (!isWritten) {
      const asked = performance.now();
      expect((await didar.api('/api/health')).status).toBe(200);
      slowest.push(performance.now() - asked);
      await Bun.sleep(20);
    }
    expect(await writing).toMatchObject({ status: 503, body: { code: 'database_busy' } });
    expect(slowest.length).toBeGreaterThan(10);
    expect(slowest.toSorted((a, b) => a - b)[Math.floor(slowest.length / 2)]).toBeLessThan(1_000);

    const { status, reason, fix } = await readiness(didar, 'database', false);
    expect(status).toBe(503);
    expect(reason).toContain('held by another program');
    expect(fix).toBeTruthy();
    const finding = await findingOf(didar, 'data.writes');
    expect(finding).toMatchObject({ state: 'failed', trouble: 'database-busy' });
    expect(finding.fix).toContain(`(pid ${process.pid})`);
    await dashboard(didar, async (shows) => {
      await shows(/database: see the doctor/);
      other.run('ROLLBACK');
      await shows(/livekit ready · \d+ people · /);
    });

    expect(await readiness(didar, 'database', true)).toMatchObject({ status: 200 });
    expect(await findingOf(didar, 'data.writes')).toMatchObject({ state: 'ok' });
    const anna = await attend(didar, room.name);
    await anna.client.close();
  });

  test('one that is held for a moment only is waited for', async () => {
    const didar = await start();
    const other = new Database(`${didar.dataDir}/didar.db`);
    undo.push(() => other.close());
    other.run('BEGIN IMMEDIATE');
    const writing = didar.local('/api/room', { json: { access: 'public' } });
    await eventually(async () => !(await didar.api<Ready>('/api/ready')).body.ready, 'it to be held');
    other.run('ROLLBACK');
    expect((await writing).status).toBe(201);
  });

  test('one that is held while livekit dies: it is back, and so is the state', async () => {
    const didar = await start();
    const before = await didar.livekitPid();
    const other = new Database(`${didar.dataDir}/didar.db`);
    undo.push(() => other.close());
    other.run('BEGIN IMMEDIATE');
    process.kill(before, 'SIGKILL');
    await eventually(async () => (await didar.livekitPid()) !== before, 'another livekit');
    other.run('ROLLBACK');
    await didar.ready();
    const anna = await attend(didar, (await createRoom(didar)).name);
    await anna.client.close();
  });

  test.skipIf(!canMount())('a disk that is full (a tmpfs, which root may mount)', async () => {
    const disk = createSmallDisk(160);
    undo.push(() => disk.close());
    const didar = await start({ home: disk.path });
    await disk.fillTo(1 * MB);
    const { status, reason } = await readiness(didar, 'data', false);
    expect(status).toBe(503);
    expect(reason).toContain('is on a full disk');
    expect(await findingOf(didar, 'data.writes')).toMatchObject({
      state: 'failed',
      trouble: 'data-dir-unwritable',
    });
    expect(await findingOf(didar, 'data.directory')).toMatchObject({
      state: 'failed',
      trouble: 'disk-full',
    });
    disk.free();
    expect(await readiness(didar, 'data', true)).toMatchObject({ status: 200 });
    expect((await createRoom(didar)).name).toBeTruthy();
  });

  test.skipIf(!mayDropPowers)(
    'a data directory that became read-only (root without its powers)',
    async () => {
      // As root without the right to pass over permissions, which is what any other user is.
      const didar = await start({ prefix: ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] });
      chmodSync(didar.dataDir, 0o500);
      undo.push(() => chmodSync(didar.dataDir, 0o700));
      const { status, reason, fix } = await readiness(didar, 'data', false);
      expect(status).toBe(503);
      expect(reason).toContain(`may not write to the data directory ${didar.dataDir}`);
      expect(fix).toContain('account that didar runs as');
      const finding = await findingOf(didar, 'data.writes');
      expect(finding).toMatchObject({ state: 'failed', trouble: 'data-dir-unwritable', key: 'data' });
      chmodSync(didar.dataDir, 0o700);
      expect(await readiness(didar, 'data', true)).toMatchObject({ status: 200 });

      chmodSync(didar.dataDir, 0o500);
      await expect(didar.restart()).rejects.toThrow(/may not write to the data directory/);
      chmodSync(didar.dataDir, 0o700);
      await didar.restart();
    },
  );

  test.skipIf(FAKETIME === undefined)('a clock that is set an hour on, and back (faketime)', async () => {
    const home = mkdtempSync(`${tmpdir()}/didar-clock-`);
    undo.push(() => rmSync(home, { recursive: true }));
    const offset = `${home}/offset`;
    writeFileSync(offset, '+0');
    const didar = await start({
      config: { webhooks: { allowedNetworks: ['127.0.0.1'] } },
      env: {
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: offset,
        FAKETIME_CACHE_DURATION: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
    expect(await readiness(didar, 'clock', true)).toMatchObject({ status: 200 });
    writeFileSync(offset, `+${HOUR_S}`);
    // Calls go on, so that it stays ready.
    const { status, reason } = await readiness(didar, 'clock', false);
    expect(status).toBe(200);
    expect(reason).toMatch(/set forward by 36\d\d s/);
    expect(await findingOf(didar, 'machine.clock')).toMatchObject({
      state: 'warning',
      trouble: 'clock-jumped',
    });
    // Only our clock jumped, livekit's did not: that is the skew that refuses tokens.
    expect(await findingOf(didar, 'livekit.api')).toMatchObject({ trouble: 'clock-skew' });
    // What fails now waits for its next try, by the clock that is wrong.
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    await asAdmin(didar, '/api/webhook', { json: { url, kinds: ['room.created'] } });
    const { name } = await createRoom(didar);
    const waits = async () => {
      const { items } = await asAdmin<{ items: Job[] }>(didar, '/api/job?kind=deliver_webhook');
      return items.find(({ state, attempts }) => state === 'queued' && attempts > 0);
    };
    const waiting = await eventually(waits, 'a delivery that failed');
    writeFileSync(offset, '+0');
    expect(Date.parse(waiting.runAt)).toBeGreaterThan(Date.now() + 0.9 * HOUR_S * 1000);
    const told: string[] = [];
    const receiver = Bun.serve({
      port,
      hostname: '127.0.0.1',
      async fetch(request) {
        told.push(await request.text());
        return new Response();
      },
    });
    undo.push(() => receiver.stop(true));
    await readiness(didar, 'clock', true);
    await eventually(() => told.some((text) => text.includes(name)), 'the delivery');
    expect(await findingOf(didar, 'machine.clock')).not.toMatchObject({ state: 'warning' });
    const anna = await attend(didar, (await createRoom(didar)).name);
    await anna.client.close();
  });
});
