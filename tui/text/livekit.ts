import type { LiveKitStatus } from '../../src/modules/system/model.ts';
import type { Role } from '../theme/theme.ts';

/** How a state of the media server is to be taken. */
export function livekitRole(state: LiveKitStatus['state']): Role {
  if (state === 'ready') return 'good';
  return state === 'starting' || state === 'stopping' ? 'warn' : 'bad';
}
