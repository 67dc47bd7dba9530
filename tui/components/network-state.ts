import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { LiveKitStatus } from '../../src/modules/system/model.ts';
import { livekitRole } from '../text/livekit.ts';
import type { Segment } from './segments.tsx';

/** Whether a meeting would work, in a few words each; what does not is explained in Network. */
export function networkState(
  network: NetworkHealth | undefined,
  state: LiveKitStatus['state'] | undefined,
): Segment[][] {
  const livekit: Segment[] = state === undefined ? [] : ['livekit is ', [state, livekitRole(state)]];
  const tried = (network?.tests ?? []).filter((test) => test.state !== 'untested');
  const failed = tried.filter((test) => test.state === 'failed');
  const [first] = failed;
  if (tried.length === 0) return [livekit];
  if (first === undefined) {
    const tests = tried.length === 1 ? 'the self-test' : `all ${tried.length} self-tests`;
    return [livekit, [`${tests} `, ['passed', 'good']]];
  }
  const names = failed.length === 1 ? first.title : `${failed.length} of ${tried.length} self-tests`;
  return [livekit, [[`${names} failed`, 'bad'], ': see ', ['3', 'key']]];
}
