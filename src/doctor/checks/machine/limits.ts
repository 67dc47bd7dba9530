import { readFile } from 'node:fs/promises';
import { type Check, ok, skipped, warning } from '../../check.ts';
import { modeOf } from '../../subject.ts';

const LEAST_FILES = 4096;
/** livekit-server warns below it, when all media comes through one UDP port. */
const LEAST_RECEIVE_BUFFER = 5_000_000;

/** Each connection takes a file descriptor. */
export const openFilesCheck: Check = {
  id: 'machine.open-files',
  title: 'Enough files may be open',
  async run({ running }) {
    const pids = [running?.pid ?? 'self', running?.media.status().pid].filter((pid) => pid !== undefined);
    const limits = (await Promise.all(pids.map(openFilesLimit))).filter((limit) => limit !== undefined);
    if (limits.length === 0) return skipped('/proc tells no limits here.');
    const least = Math.min(...limits);
    if (least >= LEAST_FILES) return ok(`${least === Infinity ? 'Any number of' : least} files may be open.`);
    return warning(`Only ${least} files may be open at a time.`, { trouble: 'too-many-open-files' });
  },
};

async function openFilesLimit(pid: number | string): Promise<number | undefined> {
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '');
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? Infinity : Number(soft);
}

/** With one UDP port for all, the kernel's buffer has to hold what arrives at once. */
export const udpBufferCheck: Check = {
  id: 'machine.udp-buffer',
  title: 'The UDP receive buffer is large enough',
  async run(subject) {
    const { from, to } = subject.config.livekit.udpPorts;
    if (modeOf(subject) !== 'embedded' || from !== to) {
      return skipped('Only a single UDP port for all media needs a large one.');
    }
    const text = await readFile('/proc/sys/net/core/rmem_max', 'utf8').catch(() => undefined);
    if (text === undefined) return skipped('/proc does not tell it here.');
    const size = Number(text);
    if (size >= LEAST_RECEIVE_BUFFER) return ok(`net.core.rmem_max is ${size}.`);
    return warning(`net.core.rmem_max is ${size}.`, { trouble: 'udp-buffer' });
  },
};
