import type { System } from '../../../src/modules/system/model.ts';
import { startFakeLiveKit } from '../../../test/fixtures/fake-livekit/fake-livekit.ts';
import { asAdmin, type Didar, startDidar } from '../../../test/harness/didar.ts';
import { within } from '../../../test/harness/within.ts';
import { memoryOf } from './process-memory.ts';
import type { Row } from './row.ts';

const ROOMS = 500;
const EACH = 10;
/** Long enough for garbage to be collected and, with rooms, for several reconciles to have passed. */
const SETTLE_MS = 20_000;
const FILL_LIMIT_MS = 120_000;

const SETTLE_NOTE = `resident, ${SETTLE_MS / 1000} s after`;

/** Didar's own process, without livekit-server: after a warm start, and with full rooms told by a fake LiveKit. */
export async function benchMemory(): Promise<Row[]> {
  return [...(await idle()), ...(await full())];
}

async function idle(): Promise<Row[]> {
  const first = await startDidar();
  await first.restart();
  try {
    await Bun.sleep(SETTLE_MS);
    const { settled, peak } = await memoryOf(first.pid);
    return [
      {
        what: 'memory, idle',
        unit: 'MB',
        ours: settled,
        goal: { atMost: 120 },
        note: `${SETTLE_NOTE} a warm start; peak ${peak.toFixed(0)} MB`,
      },
    ];
  } finally {
    await first.cleanUp();
  }
}

async function full(): Promise<Row[]> {
  const fake = startFakeLiveKit();
  const didar = await startDidar({
    config: {
      livekit: {
        external: true,
        host: fake.url.replace('http', 'ws'),
        internalHost: fake.url,
        apiKey: fake.apiKey,
        apiSecret: fake.apiSecret,
      },
      log: { level: 'warn' },
    },
  });
  fake.webhookUrl = `${didar.url}/api/livekit/webhook`;
  try {
    for (let i = 0; i < ROOMS; i++) {
      const name = `load-${String(i).padStart(4, '0')}`;
      await asAdmin(didar, '/api/room', { json: { name, access: 'public' } });
    }
    const started = performance.now();
    await fake.populate({ rooms: ROOMS, each: EACH });
    await within(FILL_LIMIT_MS, () => isFull(didar), 'all rooms in the state');
    const filledMs = performance.now() - started;
    await Bun.sleep(SETTLE_MS);
    const { settled, peak } = await memoryOf(didar.pid);
    return [
      {
        what: `memory, ${ROOMS} rooms, ${ROOMS * EACH} participants`,
        unit: 'MB',
        ours: settled,
        goal: { atMost: 220 },
        note: `${SETTLE_NOTE} ${ROOMS * (1 + 2 * EACH)} webhooks in ${(filledMs / 1000).toFixed(1)} s; peak ${peak.toFixed(0)} MB`,
      },
    ];
  } finally {
    await didar.cleanUp();
    await fake.stop();
  }
}

async function isFull(didar: Didar): Promise<boolean> {
  const { counts } = await asAdmin<System>(didar, '/api/system');
  return counts.liveRooms === ROOMS && counts.participants === ROOMS * EACH;
}
