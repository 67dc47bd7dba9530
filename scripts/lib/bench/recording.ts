import { packetsOf } from '../../../test/fixtures/recorded.ts';
import { createStage, type Recording } from '../../../test/fixtures/recording.ts';
import type { Row } from './row.ts';

const MEASURED_S = 30;
/** After the start, whose costs are no matter of minutes. */
const SETTLE_S = 5;
/** The kernel counts processor time in these. */
const TICKS_A_SECOND = 100;
/** More would need more than two cores to be sent at all. */
const FPS = { 2: 30, 5: 15, 10: 8 } as const;
type People = keyof typeof FPS;

/** Processor seconds in a recorded minute, and megabytes. */
const GOALS: Partial<Record<People, { readonly cpu: number; readonly memory: number }>> = {
  2: { cpu: 5, memory: 110 },
  10: { cpu: 15, memory: 135 },
};

/** The recorder's own cost beside livekit-server's for the same meeting: 640x360 VP8 with grain, and Opus. */
export async function benchRecording(sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const people of sizes) rows.push(...(await record(people as People)));
  return rows;
}

async function record(people: People): Promise<Row[]> {
  const { livekitServer, enter, startRecording, recordFor, clear } = createStage();
  try {
    const livekit = await livekitServer();
    for (let i = 0; i < people; i++) {
      const person = await enter(livekit, `person${i}`, { canSubscribe: false });
      await person.publishMicrophone(300 + i * 50);
      await person.publishCamera('red', { width: 640, fps: FPS[people], isGrainy: true });
    }
    const recording = await startRecording(livekit);
    await recording.stored(people * 2);
    await recordFor(recording, SETTLE_S);
    const ours = await watch(recording.process.pid);
    const theirs = await watch(livekit.pid);
    const bytes = bytesOf(recording);
    await recordFor(recording, MEASURED_S);
    const [cpu, livekitCpu] = [await ours.perMinute(), await theirs.perMinute()];
    const kbps = ((bytesOf(recording) - bytes) * 8) / MEASURED_S / 1000;
    const memory = await peakOf(recording.process.pid);
    const lost = people === 2 ? [await killed(recording)] : [];
    const what = `recording ${people} people`;
    const note = `${FPS[people]} pictures a second each, ${kbps.toFixed(0)} kbit/s stored, ${lostOf(recording)} packets lost`;
    const goal = GOALS[people];
    return [
      { what: `${what}, CPU`, unit: 's/min', ours: cpu, ...(goal && { goal: { atMost: goal.cpu } }), note },
      {
        what: `${what}, beside livekit`,
        unit: 's/min',
        ours: cpu,
        reference: { what: 'livekit-server', value: livekitCpu },
      },
      {
        what: `${what}, memory`,
        unit: 'MB',
        ours: memory,
        ...(goal && { goal: { atMost: goal.memory } }),
        note: 'the peak',
      },
      ...lost,
    ];
  } finally {
    await clear();
  }
}

/** How much of the meeting is not on the disk after SIGKILL. */
async function killed(recording: Recording): Promise<Row> {
  const at = Date.now();
  recording.process.kill();
  await recording.process.exited;
  const { tracks } = await recording.summary();
  const ends = tracks.map(async ({ file, start, rate }) => {
    const last = (await packetsOf(recording.path(file))).at(-1)?.seconds ?? 0;
    return start + last * 1000 * rate;
  });
  const lost = at - Math.min(...(await Promise.all(ends)));
  return { what: 'recording, lost by kill -9', unit: 'ms', ours: lost, goal: { atMost: 1000 } };
}

async function watch(pid: number): Promise<{ perMinute(): Promise<number> }> {
  const [before, at] = [await secondsOf(pid), performance.now()];
  return {
    perMinute: async () => ((await secondsOf(pid)) - before) / ((performance.now() - at) / 60_000),
  };
}

/** proc(5): user and system time are the 14th and 15th field, the 12th and 13th after the name. */
async function secondsOf(pid: number): Promise<number> {
  const fields = (await Bun.file(`/proc/${pid}/stat`).text()).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

async function peakOf(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
}

function lastProgress({ said }: Recording) {
  return said.findLast((message) => message.type === 'progress');
}

const bytesOf = (recording: Recording) => lastProgress(recording)?.bytes ?? 0;
const lostOf = (recording: Recording) => lastProgress(recording)?.lost ?? 0;
