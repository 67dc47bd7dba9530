import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { openWholeHouse, type WholeHouse } from '../../../test/fixtures/whole-house.ts';
import type { KernelFiles } from '../../lib/machine/files.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { createMeter } from './meter.ts';
import type { Usage } from './model.ts';
import { createUsage, USAGE_EVERY_MS } from './usage.ts';

const MB = 1024 * 1024;

/** Two processors; didar is process 10, livekit-server 20. Values can be changed between two looks. */
function fakeMachine(quota?: string) {
  const ticks = new Map<number, number>([
    [10, 0],
    [20, 0],
  ]);
  let idle = 0;
  let all = 0;
  const stat = (pid: number) =>
    `${pid} (x) S ${[...Array(10).fill(0), ticks.get(pid), 0, ...Array(6).fill(0), pid].join(' ')}`;
  const files: KernelFiles = {
    list: (path) =>
      path === '/proc/10/task' ? ['10', '11'] : path === '/proc/10/task/10' ? ['children'] : [],
    read(path) {
      const pid = Number(/^\/proc\/(\d+)\//.exec(path)?.[1]);
      if (path === '/proc/stat') return `cpu  ${all - idle} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 1\ncpu1 1\n`;
      if (path === '/proc/loadavg') return '1.25 1 1 1/2 3\n';
      if (path === '/proc/meminfo') return 'MemTotal: 4096000 kB\nMemAvailable: 3072000 kB\n';
      if (path === '/proc/10/task/10/children') return '20 ';
      if (path === '/proc/10/task/11/children') return [...ticks.keys()].filter((id) => id > 20).join(' ');
      if (path === '/proc/10/cgroup') return '0::/\n';
      if (path === '/sys/fs/cgroup/cpu.max') return quota ?? '';
      if (path.endsWith('/stat')) return ticks.has(pid) ? stat(pid) : '';
      return path.endsWith('/status') && ticks.has(pid) ? `VmRSS: ${pid * 1024} kB\n` : '';
    },
  };
  return {
    files,
    /** Time goes by: so many ticks of all processors, `idle` of them idle, and what each process used. */
    pass(of: number, idleOf: number, used: Readonly<Record<number, number>>) {
      all += of;
      idle += idleOf;
      for (const [pid, more] of Object.entries(used))
        ticks.set(Number(pid), (ticks.get(Number(pid)) ?? 0) + more);
    },
    end: (pid: number) => void ticks.delete(pid),
  };
}

describe('what is used', () => {
  test('is told for didar, livekit-server and its other children, as percent of all processors', () => {
    const machine = fakeMachine();
    const meter = createMeter({ pid: 10, livekitPid: () => 20, files: machine.files });
    machine.pass(2000, 1000, { 10: 100, 20: 400, 30: 200, 31: 100 });
    expect(meter()).toEqual({
      cpu: {
        processors: 2,
        quota: null,
        machine: 50,
        load: 1.25,
        didar: 5,
        livekit: 20,
        workers: 15,
      },
      memory: {
        total: 4096000 * 1024,
        available: 3072000 * 1024,
        limitedBy: 'machine',
        didar: 10 * MB,
        livekit: 20 * MB,
        workers: 61 * MB,
      },
    });
    machine.end(30);
    machine.pass(2000, 2000, { 31: 20 });
    expect(meter().cpu).toMatchObject({ machine: 0, didar: 0, livekit: 0, workers: 1 });
  });

  test('is measured by what a control group allows, where that is less than the machine has', () => {
    const machine = fakeMachine('50000 100000');
    const meter = createMeter({ pid: 10, livekitPid: () => 20, files: machine.files });
    machine.pass(2000, 1500, { 10: 0, 20: 500 });
    expect(meter().cpu).toMatchObject({ quota: 0.5, machine: 25, livekit: 100 });
  });

  test('is nothing known of a livekit-server that runs elsewhere', () => {
    const machine = fakeMachine();
    const meter = createMeter({ pid: 10, livekitPid: () => undefined, files: machine.files });
    machine.pass(100, 100, {});
    const { cpu, memory } = meter();
    expect([cpu?.livekit, memory?.livekit]).toEqual([null, null]);
  });
});

test('the last hour is kept, one sample every ten seconds', async () => {
  const clock = manualClock();
  let load = 0;
  const usage = createUsage({
    clock,
    disks: async () => [{ holds: ['data', 'recordings'], path: '/', total: 100, free: 40 }],
    meter: () => ({
      cpu: { processors: 1, quota: null, machine: 7, load: ++load, didar: 1, livekit: null, workers: null },
      memory: null,
    }),
  });
  expect(usage.now()).toMatchObject({ measuredAt: null, cpu: null, series: { step: 10, load: [] } });
  for (let i = 0; i < 400; i++) {
    clock.advance(USAGE_EVERY_MS);
    await usage.sample();
  }
  const { series, measuredAt } = usage.now();
  expect(measuredAt).toBe(new Date(clock.now()).toISOString());
  expect(series.load).toEqual(Array.from({ length: 360 }, (_, i) => i + 41));
  expect([series.diskFreeRecordings.at(-1), series.memoryUsed.at(-1), series.cpuLivekit.at(-1)]).toEqual([
    40, 0, 0,
  ]);
});

describe('over the API and for Prometheus', () => {
  let house: WholeHouse;
  beforeAll(() => {
    house = openWholeHouse();
  });
  afterAll(() => house.close());

  test('the real machine is told, once it was measured', async () => {
    const ask = async () => (await house.ask<Usage>('/api/system/usage', { local: true })).body;
    expect(await ask()).toMatchObject({ measuredAt: null, cpu: null, memory: null, disks: [] });
    house.clock.advance(1_000);
    while ((await ask()).measuredAt === null) await Bun.sleep(5);
    const { memory, disks, series } = await ask();
    expect(memory?.didar).toBeGreaterThan(10 * MB);
    expect(disks.flatMap(({ holds }) => holds)).toEqual(['data', 'recordings']);
    expect(disks[0]?.free).toBeGreaterThan(0);
    expect(series.memoryDidar).toEqual([memory?.didar ?? 0]);
    const client = { address: 'local', transport: 'unix', secure: true } as const;
    const text = await (await house.services.handle(new Request('http://localhost/metrics'), client)).text();
    expect(text).toContain(`\ndidar_memory_bytes{part="didar"} ${memory?.didar}\n`);
    expect(text).toMatch(/^didar_disk_free_bytes\{holds="data"\} \d+$/m);
  });
});
