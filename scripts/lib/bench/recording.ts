import { readdir } from 'node:fs/promises';
import { packetsOf } from '../../../test/fixtures/recorded.ts';
import { createStage, type Recording } from '../../../test/fixtures/recording.ts';
import { median, type Row } from './row.ts';

const COMPOSER = new URL('../../../test/fixtures/recording/composer.ts', import.meta.url).pathname;
/** Begins a cluster of Matroska, which is written with its first frame (RFC 9559, section 5.1.3). */
const CLUSTER_ID = Buffer.from('1f43b675', 'hex');
const STARTS = 5;
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
    const starts: number[] = [];
    for (let i = 1; i < STARTS; i++) {
      const { ms, recording } = await timedStart(() => startRecording(livekit));
      starts.push(ms);
      await recording.stop();
    }
    const { ms, recording } = await timedStart(() => startRecording(livekit));
    starts.push(ms);
    await recording.stored(people * 2);
    await recordFor(recording, SETTLE_S);
    const ours = await watch(recording.process.pid);
    const theirs = await watch(livekit.pid);
    const bytes = bytesOf(recording);
    await recordFor(recording, MEASURED_S);
    const [cpu, livekitCpu] = [await ours.perMinute(), await theirs.perMinute()];
    const kbps = ((bytesOf(recording) - bytes) * 8) / MEASURED_S / 1000;
    const memory = await peakOf(recording.process.pid);
    const lost = people === 2 ? await killed(recording) : [];
    if (people !== 2) await recording.stop();
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
      {
        what: `${what}, start to first frame`,
        unit: 'ms',
        ours: median(starts),
        goal: { atMost: 1000 },
        note: `from the spawn of the recorder to media in a file on the disk; median of ${STARTS}, ${starts.map((each) => each.toFixed(0)).join(', ')}`,
      },
      ...lost,
      await composing(what, recording),
    ];
  } finally {
    await clear();
  }
}

/** Milliseconds until a file holds a frame. */
async function timedStart(start: () => Promise<Recording>): Promise<{ ms: number; recording: Recording }> {
  const asked = performance.now();
  const recording = await start();
  for (;;) {
    const tracks = (await readdir(recording.dir)).filter((name) => name.endsWith('.mkv'));
    const held = await Promise.all(tracks.map((name) => holdsFrame(recording.path(name))));
    if (held.includes(true)) return { ms: performance.now() - asked, recording };
    await Bun.sleep(5);
  }
}

const holdsFrame = async (path: string) => Buffer.from(await Bun.file(path).bytes()).includes(CLUSTER_ID);

/** How much of the meeting is not on the disk after SIGKILL. */
async function killed(recording: Recording): Promise<Row[]> {
  const kbps = (bytesOf(recording) * 8) / secondsStored(recording) / 1000;
  const at = Date.now();
  recording.process.kill();
  await recording.process.exited;
  const { tracks } = await recording.summary();
  const ends = tracks.map(async ({ file, start, rate }) => {
    const last = (await packetsOf(recording.path(file))).at(-1)?.seconds ?? 0;
    return start + last * 1000 * rate;
  });
  const lost = at - Math.min(...(await Promise.all(ends)));
  const note = `of the track that lost most; about ${((kbps * lost) / 8 / 1000).toFixed(0)} kB of all`;
  return [{ what: 'recording, lost by kill -9', unit: 'ms', ours: lost, goal: { atMost: 1000 }, note }];
}

/** 720p15 of all that was stored, by a process whose children's time counts as its own. */
async function composing(what: string, { dir, summary }: Recording): Promise<Row> {
  const { start, end } = await summary();
  const child = Bun.spawn([process.execPath, COMPOSER, dir, 'grid'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if ((await child.exited) !== 0) throw new Error('composing failed');
  const seconds = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1e6;
  const minutes = (end - start) / 60_000;
  return {
    what: `composing ${what.replace('recording ', '')}, CPU`,
    unit: 's/min',
    ours: seconds / minutes,
    note: `1280x720 at 15 pictures a second, ${((end - start) / 1000).toFixed(0)} s of meeting`,
  };
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

function secondsStored({ said }: Recording): number {
  const first = said.find(({ type }) => type === 'track')?.at ?? 0;
  return ((said.at(-1)?.at ?? 0) - first) / 1000;
}

const bytesOf = (recording: Recording) => lastProgress(recording)?.bytes ?? 0;
const lostOf = (recording: Recording) => lastProgress(recording)?.lost ?? 0;
