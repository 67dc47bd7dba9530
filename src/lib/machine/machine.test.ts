import { expect, test } from 'bun:test';
import { groupLimits } from './control-group.ts';
import { type KernelFiles, kernelFiles } from './files.ts';
import { machineMemory } from './memory.ts';
import { childrenOf, processUse } from './processes.ts';
import { processorTicks } from './processors.ts';

const MB = 1024 * 1024;

/** A machine that has these files. */
function filesOf(texts: Readonly<Record<string, string>>): KernelFiles {
  return { read: (path) => texts[path] ?? '', list: () => [] };
}

test('the limit that is tightest on the way to the root holds, as systemd sets it on a slice', () => {
  const files = filesOf({
    '/proc/7/cgroup': '0::/system.slice/didar.service\n',
    '/sys/fs/cgroup/system.slice/memory.max': `${512 * MB}\n`,
    '/sys/fs/cgroup/system.slice/memory.current': `${300 * MB}\n`,
    '/sys/fs/cgroup/system.slice/memory.stat': `anon 1\ninactive_file ${100 * MB}\n`,
    '/sys/fs/cgroup/system.slice/didar.service/memory.max': 'max\n',
    '/sys/fs/cgroup/system.slice/didar.service/memory.current': `${200 * MB}\n`,
    '/sys/fs/cgroup/system.slice/cpu.max': 'max 100000\n',
    '/sys/fs/cgroup/system.slice/didar.service/cpu.max': '150000 100000\n',
  });
  expect(groupLimits(7, files)).toEqual({
    memory: { total: 512 * MB, available: 312 * MB },
    processors: 1.5,
  });
});

test('a container sees its own limits at the root', () => {
  const files = filesOf({
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/memory.max': `${256 * MB}`,
    '/sys/fs/cgroup/memory.current': `${56 * MB}`,
    '/sys/fs/cgroup/cpu.max': '50000 100000',
  });
  expect(groupLimits('self', files)).toEqual({
    memory: { total: 256 * MB, available: 200 * MB },
    processors: 0.5,
  });
});

test('version 1 keeps a tree for each controller, and says "no limit" by a huge number or by -1', () => {
  const files = filesOf({
    '/proc/7/cgroup': '9:cpu,cpuacct:/box\n4:memory:/box\n0::/\n',
    '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': '9223372036854771712',
    '/sys/fs/cgroup/memory/box/memory.usage_in_bytes': '1000',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${64 * MB}`,
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': `${32 * MB}`,
    '/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us': '-1',
    '/sys/fs/cgroup/cpu/box/cpu.cfs_period_us': '100000',
  });
  expect(groupLimits(7, files)).toEqual({
    memory: { total: 64 * MB, available: 32 * MB },
    processors: undefined,
  });
});

test('a process is read whatever its name', () => {
  const fields = [...Array(10).fill(0), 120, 30, ...Array(6).fill(0), 4711].join(' ');
  const files = filesOf({
    '/proc/7/stat': `7 (a) b (c) S ${fields}`,
    '/proc/7/status': 'Name:\ta) b (c\nVmRSS:\t    2048 kB\n',
  });
  expect(processUse(7, files)).toEqual({ startedAt: 4711, ticks: 150, memory: 2 * MB });
  expect(processUse(8, files)).toBeUndefined();
});

test('this machine and this process are read from its real kernel', async () => {
  const child = Bun.spawn(['sleep', '60']);
  try {
    expect(childrenOf(process.pid)).toContain(child.pid);
    expect(processUse(process.pid)?.memory).toBeGreaterThan(10 * MB);
    expect(machineMemory()?.total).toBeGreaterThan(machineMemory()?.available ?? Infinity);
    const ticks = processorTicks();
    expect(ticks?.count).toBe(navigator.hardwareConcurrency);
    expect(ticks?.all).toBeGreaterThan(ticks?.idle ?? Infinity);
    expect(kernelFiles.read('/proc/no-such-file')).toBe('');
  } finally {
    child.kill();
    await child.exited;
  }
});
