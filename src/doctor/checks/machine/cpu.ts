import { type Clock, wait } from '../../../lib/clock.ts';
import { processorTicks } from '../../../lib/machine/processors.ts';
import { type Check, ok, skipped, warning } from '../../check.ts';

const MEASURED_MS = 1_000;
/** Below it, what is late waits for a processor. */
const LEAST_IDLE = 0.05;

/** While people meet there is time of the processors left. Without anybody, others may have all of it. */
export const cpuCheck: Check = {
  id: 'machine.cpu',
  title: 'The processors have time left',
  async run({ running, clock }) {
    const used = await measure(clock);
    if (used === undefined) return skipped('/proc does not tell it here.');
    const stolen = used.stolen > LEAST_IDLE ? `, ${percent(used.stolen)} taken by the host` : '';
    const shown = `${navigator.hardwareConcurrency} processors, ${percent(used.idle)} idle${stolen}`;
    if (used.idle >= LEAST_IDLE) return ok(`${shown}.`);
    const rooms = running?.media.status().state === 'ready' ? await running.livekit.listRooms() : [];
    const people = rooms.reduce((sum, room) => sum + room.participants, 0);
    if (people === 0) return ok(`${shown}, but nobody is in a meeting.`);
    return warning(`${shown}, with ${people} in meetings.`, { trouble: 'cpu-short' });
  },
};

async function measure(clock: Clock): Promise<{ idle: number; stolen: number } | undefined> {
  const before = processorTicks();
  await wait(clock, MEASURED_MS);
  const after = processorTicks();
  if (before === undefined || after === undefined || after.all <= before.all) return undefined;
  const all = after.all - before.all;
  return { idle: (after.idle - before.idle) / all, stolen: (after.stolen - before.stolen) / all };
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
