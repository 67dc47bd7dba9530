import { startLiveKit } from '../../../test/fixtures/livekit.ts';
import { startDidar } from '../../../test/harness/didar.ts';
import { median, type Row } from './row.ts';

/**
 * From the spawn to `/api/ready` answering 200, against a bare livekit-server to its first 200 plus the bare start
 * of Bun: a compiled executable that says hello. Taken in turns, so that a busy moment hits all three.
 */
export async function benchStart(rounds: number, hello: string): Promise<Row[]> {
  const didar = await startDidar();
  await didar.stop();
  const times = { didar: [] as number[], livekit: [] as number[], bun: [] as number[] };
  try {
    for (let i = 0; i < rounds; i++) {
      await didar.restart();
      times.didar.push(didar.readyMs);
      await didar.stop();
      const livekit = await startLiveKit();
      times.livekit.push(livekit.readyMs);
      await livekit.stop();
      times.bun.push(await runMs([hello]));
    }
  } finally {
    await didar.cleanUp();
  }
  const [livekit, bun] = [median(times.livekit), median(times.bun)];
  return [
    {
      what: 'start to ready, warm',
      unit: 'ms',
      ours: median(times.didar),
      reference: { what: 'livekit-server + bare Bun', value: livekit + bun },
      goal: { atMost: 5 },
      note: `median of ${rounds}; livekit-server ${livekit.toFixed(0)} ms, Bun ${bun.toFixed(0)} ms`,
    },
  ];
}

async function runMs(command: string[]): Promise<number> {
  const started = performance.now();
  const child = Bun.spawn(command, { stdio: ['ignore', 'ignore', 'ignore'] });
  await child.exited;
  return performance.now() - started;
}
