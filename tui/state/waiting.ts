import type { Waiting } from '../../src/modules/waiting/model.ts';
import type { World } from './world.ts';

/** Those who wait to be let into a room, the longest first. */
export function waitingFor(world: World, room: string): Waiting[] {
  return [...world.waiting.values()]
    .filter((someone) => someone.room === room)
    .sort((a, b) => (a.since < b.since ? -1 : 1));
}
