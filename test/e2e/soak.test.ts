import '../harness/slow.ts';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { BackupStatus } from '../../src/modules/backups/model.ts';
import { BACKUP_JOB } from '../../src/modules/backups/status.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { WebhookCreated, WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import { provideVersitygw } from '../fixtures/versitygw/provide.ts';
import { type Relay, startRelay } from '../fixtures/versitygw/relay.ts';
import { startVersitygw, type Versitygw } from '../fixtures/versitygw/versitygw.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { createRoom } from '../harness/people.ts';
import { bucketFaults, strayFiles } from '../harness/soak/bucket.ts';
import { eventFaults, everything, lostOf } from '../harness/soak/faults.ts';
import { visitRooms } from '../harness/soak/guests.ts';
import { createJournal, type Journal } from '../harness/soak/journal.ts';
import { ask, changeRooms, type Load, recordRooms } from '../harness/soak/load.ts';
import { askedNow, PHASES, type Phase, phasesOf, waitForPhase } from '../harness/soak/phases.ts';
import { outOfOrder, type Receiver, startReceiver } from '../harness/soak/receiver.ts';
import { seeded } from '../harness/soak/seeded.ts';
import { examine } from '../harness/soak/wreck.ts';
import { within } from '../harness/within.ts';

/** `scripts/soak` takes more of them. */
const KILLS = Number(process.env.SOAK_KILLS ?? 20);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
/**
 * In the middle of what a server is killed, one after the other: at any moment where nothing is said, and at any
 * moment of what takes long.
 */
const WANTED: readonly (Phase | undefined)[] = [
  'uploading',
  'joining',
  undefined,
  'composing',
  'starting',
  'backing up',
  'recording',
  undefined,
  'uploading',
  'delivering',
];
const WANTED_LIMIT_MS = 3_000;
const LONGEST_LIFE_MS = 1_500;
const LONGEST_START_MS = 800;
/** A long run shares its machine with whatever comes. */
const START_LIMIT_MS = 120_000;
/** How far into a phase the kill comes. */
const LONGEST_DELAY_MS = 120;
const BACKUP_EVERY = 6;
/** A job that was cut short 25 times is given up, and a backup takes longer than most lives. */
const QUIET_EVERY = 25;
const QUIET_LIMIT_MS = 120_000;
/** More than goes into one part, so that backups are uploaded in several. */
const BALLAST_BYTES = 9 * 1024 * 1024;
const BUCKET_BYTES_PER_S = 8 * 1024 * 1024;
const ROOMS = 3;
const TOLD_EVERY = 20;
const LIMIT_MS = 120_000 + KILLS * 20_000;
const SETTLE_MS = 120_000;

const gatewayPath = await provideVersitygw();
const missing = [
  ...(gatewayPath === undefined ? ['versitygw could not be built without Go'] : []),
  ...(Bun.which('ffmpeg') === null ? ['there is no ffmpeg'] : []),
];

describe.skipIf(missing.length > 0)(
  `a server that is killed again and again${missing.length > 0 ? `: ${missing.join(', ')}` : ''}`,
  () => {
    const random = seeded(SEED);
    let gateway: Versitygw;
    let line: Relay;
    let receiver: Receiver;
    let didar: Didar;
    let loads: Load[] = [];

    beforeEach(async () => {
      gateway = await startVersitygw({ path: gatewayPath ?? '' });
      line = await startRelay(gateway.settings.endpoint, { bytesPerSecond: BUCKET_BYTES_PER_S });
      receiver = startReceiver(random);
      didar = await startDidar({
        readyLimitMs: START_LIMIT_MS,
        config: {
          recording: { width: 320, height: 180, s3: { ...gateway.config, endpoint: line.url } },
          backup: { every: '1h', keep: 3, recordings: true, toBucket: true },
          webhooks: { allowedNetworks: ['127.0.0.1'] },
          // What it says would be most of what it does.
          log: { level: 'info' },
        },
      });
      mkdirSync(`${didar.dataDir}/recordings`, { recursive: true });
      writeFileSync(`${didar.dataDir}/recordings/ballast.mkv`, randomBytes(BALLAST_BYTES));
    });
    afterEach(async () => {
      for (const load of loads) await load.stop();
      await didar?.cleanUp();
      await receiver?.stop();
      line?.close();
      await gateway?.stop();
    });

    async function makeRooms(): Promise<string[]> {
      const settings = { autoRecord: true, departureTimeout: 1 };
      const made = Array.from({ length: ROOMS }, () => createRoom(didar, settings));
      return (await Promise.all(made)).map(({ name }) => name);
    }

    /** Kills it in the middle of something, and tells of what. */
    async function killIn(wanted: Phase | undefined, journal: Journal): Promise<Set<Phase>> {
      const scene = { didar, journal, receiver };
      if (wanted === 'starting') {
        const starting = didar.restart().catch(() => undefined);
        await Bun.sleep(random() * LONGEST_START_MS);
        await didar.kill9();
        await starting;
        return new Set<Phase>(['starting']);
      }
      if (wanted === undefined) await Bun.sleep(random() * LONGEST_LIFE_MS);
      else {
        await waitForPhase(wanted, scene, WANTED_LIMIT_MS);
        await Bun.sleep(random() * LONGEST_DELAY_MS);
      }
      const asked = askedNow(scene);
      await didar.kill9();
      return asked;
    }

    /** Lives on until the backup that was asked for is made. */
    async function stayQuiet(): Promise<void> {
      await within(
        QUIET_LIMIT_MS,
        async () => {
          const [last] = await everything<Job>(didar, `/api/job?kind=${BACKUP_JOB}`);
          if (last?.state === 'queued') await didar.local(`/api/job/${last.id}/retry`, { method: 'POST' });
          return last?.state === 'done';
        },
        'a backup',
        500,
      );
    }

    /** Until nothing is being done any more; what waits for its next try gets it now. */
    async function settle(webhook: string): Promise<void> {
      const isOver = (state: string) => ['done', 'failed', 'cancelled'].includes(state);
      await within(
        SETTLE_MS,
        async () => {
          const recordings = await everything<Recording>(didar, '/api/recording');
          for (const { id, state } of recordings)
            if (!isOver(state)) await didar.local(`/api/recording/${id}/stop`, { json: {} });
          const jobs = await everything<Job>(didar, '/api/job');
          for (const { id, state } of jobs)
            if (state === 'queued') await didar.local(`/api/job/${id}/retry`, { method: 'POST' });
          const open = [...recordings, ...jobs].filter(({ state }) => !isOver(state));
          if (open.length > 0) throw new Error(`${open.length}: ${JSON.stringify(open.slice(0, 3))}`);
          const { pending } = await asAdmin<WebhookEndpoint>(didar, `/api/webhook/${webhook}`);
          return pending === 0;
        },
        'everything to be done',
        500,
      );
    }

    test(
      `loses nothing that it acknowledged, and does each job once (${KILLS} kills, seed ${SEED})`,
      async () => {
        const journal = createJournal();
        const hits = new Map<Phase, number>();
        const webhook = await asAdmin<WebhookCreated>(didar, '/api/webhook', { json: { url: receiver.url } });
        receiver.expect(webhook.secret);
        const rooms = await makeRooms();
        const options = { didar, journal, random, rooms };
        loads = [
          changeRooms(options),
          changeRooms(options),
          recordRooms(options),
          visitRooms(options),
          visitRooms(options),
        ];

        for (let kill = 1; kill <= KILLS; kill += 1) {
          const wanted = WANTED[kill % WANTED.length];
          if (wanted === 'starting') await didar.kill9();
          const asked = await killIn(wanted, journal);
          const wreck = await examine(didar.dataDir);
          expect(`after kill ${kill}: ${wreck.integrity}`).toBe(`after kill ${kill}: ok`);
          const phases = wanted === 'starting' ? asked : phasesOf(asked, wreck);
          for (const phase of phases) hits.set(phase, (hits.get(phase) ?? 0) + 1);
          await didar.restart();
          if (kill % BACKUP_EVERY === 0) await ask(didar, '/api/system/backup/job', { method: 'POST' });
          if (kill % QUIET_EVERY === 0) await stayQuiet();
          if (kill % TOLD_EVERY === 0 && kill < KILLS)
            console.log(`${kill} of ${KILLS} kills: nothing broken`);
        }
        await Promise.all(loads.splice(0).map((load) => load.stop()));
        receiver.mend();
        await settle(webhook.id);

        expect(await lostOf(didar, journal)).toEqual([]);
        const jobs = await everything<Job>(didar, '/api/job');
        expect(jobs.filter(({ state }) => state !== 'done')).toEqual([]);
        expect(await eventFaults(didar, journal, receiver, webhook.id)).toEqual([]);
        expect(outOfOrder(receiver.arrivals)).toEqual([]);
        const recordings = await everything<Recording>(didar, '/api/recording');
        expect(await bucketFaults(gateway, recordings, `${didar.dataDir}/backups`)).toEqual([]);
        const kept = recordings.filter(({ state }) => state === 'failed').map(({ id }) => id);
        expect(strayFiles(`${didar.dataDir}/recordings`, ['ballast.mkv', ...kept])).toEqual([]);
        const backups = await asAdmin<BackupStatus>(didar, '/api/system/backup');
        expect(backups).toMatchObject({ state: 'ok', failure: null });

        const told = PHASES.map((phase) => `${hits.get(phase) ?? 0} while ${phase}`).join(', ');
        const missed = PHASES.filter((phase) => (hits.get(phase) ?? 0) < Math.max(1, Math.floor(KILLS / 40)));
        expect(`${told}; too seldom: ${missed.join(', ')}`).toBe(`${told}; too seldom: `);
        expect(await didar.stop()).toBe(0);
        expect(await examine(didar.dataDir)).toMatchObject({ integrity: 'ok', running: [] });
        const done = recordings.length - kept.length;
        const again = [...receiver.times.values()].filter((times) => times > 1).length;
        console.log(
          `${KILLS} kills (${told}): nothing lost of ${journal.acknowledged} acknowledged writes, ` +
            `${receiver.arrivals.length} deliveries (${again} arrived again), ${journal.stays} stays, ` +
            `${recordings.length} recordings (${done} in the bucket, ${kept.length} without media), ${jobs.length} jobs`,
        );
      },
      LIMIT_MS,
    );
  },
);
