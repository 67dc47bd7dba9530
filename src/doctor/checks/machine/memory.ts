import { groupLimits } from '../../../lib/machine/control-group.ts';
import { machineMemory } from '../../../lib/machine/memory.ts';
import { type Check, ok, skipped, warning } from '../../check.ts';
import { formatBytes } from './directory.ts';

const LEAST_MEMORY = 128 * 1024 * 1024;

/** What is left for more meetings, of the machine and of the control group (MemoryMax, a container's limit). */
export const memoryCheck: Check = {
  id: 'machine.memory',
  title: 'There is memory left',
  async run({ running }) {
    const ofMachine = machineMemory()?.available;
    if (ofMachine === undefined) return skipped('/proc does not tell it here.');
    const ofGroup = groupLimits(running?.pid ?? 'self').memory?.available;
    const isLimited = ofGroup !== undefined && ofGroup < ofMachine;
    const left = isLimited ? ofGroup : ofMachine;
    const shown = `${formatBytes(left)} are available${isLimited ? ' within the limit of the control group' : ''}.`;
    return left < LEAST_MEMORY ? warning(shown, { trouble: 'out-of-memory' }) : ok(shown);
  },
};
