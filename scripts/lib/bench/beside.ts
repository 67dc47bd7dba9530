import { type Didar, startDidar } from '../../../test/harness/didar.ts';
import { type Attendee, attend, createAccount, createRoom } from '../../../test/harness/people.ts';
import {
  recordedFor,
  recordingIs,
  showRecording,
  startRecording,
  stopRecording,
} from '../../../test/harness/recordings.ts';
import { within } from '../../../test/harness/within.ts';
import type { LoadOptions, LoadResult } from './load-types.ts';
import { median, type Row } from './row.ts';
import { runLoad } from './run-load.ts';

const CONNECTIONS = 8;
/** Eighty join requests a second: a busy morning, and no flood that would measure only itself. */
const PAUSE_MS = 100;
const WARM_UP_MS = 1_000;
const FOR_MS = 5_000;
/** Composing this takes longer than the measurement. */
const COMPOSED_MS = 30_000;
const GOAL = 2;

/** What the people in other rooms notice: join requests while a meeting is recorded and another composed, and without. */
export async function benchBeside(rounds: number): Promise<Row[]> {
  const didar = await startDidar({ config: { log: { level: 'warn' } } });
  const people: Attendee[] = [];
  try {
    const meeting = (await createRoom(didar)).name;
    for (const hz of [440, 880]) {
      const someone = await attend(didar, meeting);
      people.push(someone);
      await someone.client.publishMicrophone(hz);
      await someone.client.publishCamera('red', { width: 640, fps: 15, isGrainy: true });
    }
    const account = await createAccount(didar);
    const options: LoadOptions = {
      port: didar.ports.server,
      path: '/api/room/join',
      json: { room: (await createRoom(didar)).name },
      token: account.token,
      connections: CONNECTIONS,
      pauseMs: PAUSE_MS,
      warmUpMs: WARM_UP_MS,
      forMs: FOR_MS,
    };
    const without: LoadResult[] = [];
    const beside: LoadResult[] = [];
    let composedAllAlong = 0;
    for (let i = 0; i < rounds; i++) {
      without.push(await runLoad(options));
      const composed = await record(didar, meeting);
      const { id } = await startRecording(didar, meeting);
      await recordedFor(didar, id, 1_000);
      beside.push(await runLoad(options));
      if ((await showRecording(didar, composed)).state === 'composing') composedAllAlong++;
      await stopRecording(didar, id);
      for (const one of [composed, id]) await recordingIs(didar, one, 'done');
    }
    const p99 = (results: LoadResult[]) => median(results.map(({ p99Ms }) => p99Ms));
    const p50 = (results: LoadResult[]) => median(results.map(({ p50Ms }) => p50Ms)).toFixed(2);
    return [
      {
        what: 'join request beside recording and composing, p99',
        unit: 'ms',
        ours: p99(beside),
        reference: { what: 'without', value: p99(without) },
        goal: { atMost: GOAL },
        note: `median of ${rounds} rounds of ${FOR_MS / 1000} s, ${(1000 / PAUSE_MS) * CONNECTIONS} requests a second; p50 ${p50(beside)} against ${p50(without)} ms; composing lasted throughout in ${composedAllAlong}`,
      },
    ];
  } finally {
    for (const { client } of people) await client.close();
    await didar.cleanUp();
  }
}

/** A recording that is being composed when this resolves. */
async function record(didar: Didar, room: string): Promise<string> {
  const { id } = await startRecording(didar, room);
  const isEnough = async () => (await showRecording(didar, id)).duration >= COMPOSED_MS;
  await within(COMPOSED_MS * 3, isEnough, 'enough to compose');
  await stopRecording(didar, id);
  return id;
}
