import '../harness/slow.ts';
import { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { provideVersitygw } from '../fixtures/versitygw/provide.ts';
import { startVersitygw, type Versitygw } from '../fixtures/versitygw/versitygw.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { type Attendee, attend, createRoom } from '../harness/people.ts';
import { createJournal, type Journal } from '../harness/soak/journal.ts';
import { changeRooms, type Load, recordMeeting } from '../harness/soak/load.ts';
import { seeded } from '../harness/soak/seeded.ts';
import { within } from '../harness/within.ts';

/** `scripts/soak` takes more of them. */
const KILLS = Number(process.env.SOAK_KILLS ?? 20);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
/** Most die in the middle of joins and writes; every so many live on until a recording is under way. */
const LONGEST_LIFE_MS = 2_000;
const RECORDED_EVERY = 4;
const RECORDING_LIMIT_MS = 15_000;
const LONGEST_RECORDED_LIFE_MS = 5_000;
const LIMIT_MS = 60_000 + KILLS * 20_000;
const SETTLE_MS = 120_000;

const gatewayPath = await provideVersitygw();
const where = gatewayPath === undefined ? ', without a bucket: versitygw could not be built without Go' : '';

describe.skipIf(Bun.which('ffmpeg') === null)(
  `a server that is killed again and again (ffmpeg)${where}`,
  () => {
    let gateway: Versitygw | undefined;
    let didar: Didar;
    let anna: Attendee | undefined;
    let loads: Load[] = [];

    beforeEach(async () => {
      gateway = gatewayPath === undefined ? undefined : await startVersitygw({ path: gatewayPath });
      didar = await startDidar({ config: gateway ? { recording: { s3: gateway.config } } : {} });
    });
    afterEach(async () => {
      for (const load of loads) await load.stop();
      await anna?.client.close();
      await didar?.cleanUp();
      await gateway?.stop();
    });

    /** What SQLite says of the files that a kill left, looked at in a copy: the next start has to find them as they are. */
    function integrityOf(dataDir: string): string {
      const folder = mkdtempSync(`${tmpdir()}/didar-soak-`);
      for (const suffix of ['', '-wal']) {
        const file = `${dataDir}/didar.db${suffix}`;
        if (existsSync(file)) copyFileSync(file, `${folder}/didar.db${suffix}`);
      }
      const copy = new Database(`${folder}/didar.db`);
      const rows = copy.query<{ integrity_check: string }, []>('PRAGMA integrity_check').all();
      const broken = copy.query('PRAGMA foreign_key_check').all();
      copy.close();
      rmSync(folder, { recursive: true });
      return [...rows.map((row) => row.integrity_check), ...broken.map((row) => JSON.stringify(row))].join();
    }

    /** Until the moment in which it is killed. */
    async function live(recorded: boolean, journal: Journal, random: () => number): Promise<void> {
      if (!recorded) return Bun.sleep(random() * LONGEST_LIFE_MS);
      const before = journal.recordings.size;
      const limit = performance.now() + RECORDING_LIMIT_MS;
      while (journal.recordings.size === before && performance.now() < limit) await Bun.sleep(50);
      await Bun.sleep(random() * LONGEST_RECORDED_LIFE_MS);
    }

    async function everything<T>(path: string): Promise<T[]> {
      const all: T[] = [];
      const sign = path.includes('?') ? '&' : '?';
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: { items: T[]; next: string | null } = await asAdmin(
          didar,
          `${path}${sign}limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        all.push(...page.items);
        cursor = page.next;
      }
      return all;
    }

    /** What was acknowledged and is not there. */
    async function lostOf(journal: Journal): Promise<string[]> {
      const lost: string[] = [];
      for (const [name, { titles, mayBeGone }] of journal.rooms) {
        const { status, body } = await didar.local<Room>(`/api/room/${name}`);
        if (status === 404 && mayBeGone) continue;
        if (status !== 200 || !titles.includes(body.title ?? ''))
          lost.push(`${name}: ${status} ${body.title}`);
      }
      for (const name of journal.gone) {
        if ((await didar.local(`/api/room/${name}`)).status !== 404) lost.push(`${name} is back`);
      }
      const users = new Set((await everything<{ id: string }>('/api/user')).map(({ id }) => id));
      for (const id of journal.users) if (!users.has(id)) lost.push(id);
      const recordings = new Set((await everything<Recording>('/api/recording')).map(({ id }) => id));
      for (const id of journal.recordings) if (!recordings.has(id)) lost.push(id);
      return lost;
    }

    test(
      `loses nothing that it acknowledged, and does each job once (${KILLS} kills, seed ${SEED})`,
      async () => {
        const random = seeded(SEED);
        const journal = createJournal();
        const { name: meeting } = await createRoom(didar);
        anna = await attend(didar, meeting, { name: 'Anna' });
        await anna.client.publishMicrophone(440);
        const options = { didar, journal, random, meeting };
        loads = [changeRooms(options), changeRooms(options), recordMeeting(options)];

        for (let kill = 1; kill <= KILLS; kill += 1) {
          await live(kill % RECORDED_EVERY === 0, journal, random);
          await didar.kill9();
          expect(`after kill ${kill}: ${integrityOf(didar.dataDir)}`).toBe(`after kill ${kill}: ok`);
          await didar.restart();
        }
        for (const load of loads.splice(0)) await load.stop();

        const isOver = (state: string) => ['done', 'failed', 'cancelled'].includes(state);
        await within(
          SETTLE_MS,
          async () => {
            const recordings = await everything<Recording>('/api/recording');
            for (const { id, state } of recordings)
              if (state === 'recording') await didar.local(`/api/recording/${id}/stop`, { json: {} });
            const jobs = await everything<Job>('/api/job');
            const open = [...recordings, ...jobs].filter(({ state }) => !isOver(state));
            if (open.length > 0) throw new Error(JSON.stringify(open.slice(0, 3)));
            return true;
          },
          'everything to be done',
          500,
        );

        expect(await lostOf(journal)).toEqual([]);
        const jobs = await everything<Job>('/api/job');
        expect(jobs.filter(({ state }) => state !== 'done')).toEqual([]);
        const changes = await everything<DidarEvent>('/api/event?kind=job.changed');
        const finished = changes.map(({ data }) => data.job as Job).filter(({ state }) => state === 'done');
        const times = Map.groupBy(finished, ({ id }) => id);
        for (const { id } of jobs) expect(`${id}: ${times.get(id)?.length}`).toBe(`${id}: 1`);
        expect(journal.acknowledged).toBeGreaterThan(KILLS);
        expect(journal.recordings.size).toBeGreaterThan(0);
        expect(await didar.stop()).toBe(0);
        expect(integrityOf(didar.dataDir)).toBe('ok');
        console.log(
          `${KILLS} kills, ${journal.acknowledged} acknowledged writes, ${journal.recordings.size} recordings, ${jobs.length} jobs: nothing lost`,
        );
      },
      LIMIT_MS,
    );
  },
);
