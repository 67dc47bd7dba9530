import { readFile } from 'node:fs/promises';
import { type Check, ok, skipped, warning } from '../../check.ts';
import { formatBytes } from './directory.ts';

const LEAST_MEMORY = 128 * 1024 * 1024;

/** What is left for more meetings, of the machine and of the control group (MemoryMax, a container's limit). */
export const memoryCheck: Check = {
  id: 'machine.memory',
  title: 'There is memory left',
  async run({ running }) {
    const ofMachine = await leftOnMachine();
    if (ofMachine === undefined) return skipped('/proc does not tell it here.');
    const ofGroup = await leftInGroup(running?.pid ?? 'self');
    const isLimited = ofGroup !== undefined && ofGroup < ofMachine;
    const left = isLimited ? ofGroup : ofMachine;
    const shown = `${formatBytes(left)} are available${isLimited ? ' within the limit of the control group' : ''}.`;
    return left < LEAST_MEMORY ? warning(shown, { trouble: 'out-of-memory' }) : ok(shown);
  },
};

async function leftOnMachine(): Promise<number | undefined> {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(await read('/proc/meminfo'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Of version 2 or 1, see cgroups(7). What the kernel can take back from files counts as free. */
async function leftInGroup(pid: number | string): Promise<number | undefined> {
  const groups = await read(`/proc/${pid}/cgroup`);
  const second = /^0::(\/.*)$/m.exec(groups)?.[1];
  const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m.exec(groups)?.[1];
  return first === undefined
    ? left(`/sys/fs/cgroup${second ?? ''}`, 'memory.max', 'memory.current', /^inactive_file (\d+)/m)
    : left(
        `/sys/fs/cgroup/memory${first}`,
        'memory.limit_in_bytes',
        'memory.usage_in_bytes',
        /^total_inactive_file (\d+)/m,
      );
}

async function left(
  group: string,
  limitFile: string,
  usedFile: string,
  cached: RegExp,
): Promise<number | undefined> {
  const limit = Number.parseInt(await read(`${group}/${limitFile}`), 10);
  const used = Number.parseInt(await read(`${group}/${usedFile}`), 10);
  if (Number.isNaN(limit) || Number.isNaN(used)) return undefined;
  return limit - used + Number(cached.exec(await read(`${group}/memory.stat`))?.[1] ?? 0);
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
