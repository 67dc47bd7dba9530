import type { Waiting } from '../../src/modules/waiting/model.ts';
import { longestFirst } from './everybody.ts';
import type { World } from './world.ts';

/** Those who wait to be let into a room, or into any, the longest first. */
export function waitingFor(world: World, room?: string): Waiting[] {
  return [...world.waiting.values()]
    .filter((someone) => room === undefined || someone.room === room)
    .sort(longestFirst);
}

/** How often someone asked to be let in, as far back as is known. */
export function knocksOf(world: World, { room, identity }: Waiting): number {
  let knocks = 0;
  for (const { event } of world.events.values()) {
    if (event.kind === 'participant.waiting' && event.room === room && event.identity === identity)
      knocks += 1;
  }
  return Math.max(1, knocks);
}
