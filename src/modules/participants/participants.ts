import { authorize } from '../../access/decide.ts';
import type { Principal } from '../../access/principal.ts';
import type { Page } from '../../lib/schema.ts';
import type { Speaking } from '../live/speaking.ts';
import { createEveryone } from './everyone.ts';
import { createMicrophones } from './microphones.ts';
import type { LiveParticipant } from './model.ts';
import { createFinder, type ModerationDeps } from './moderation.ts';
import { listPeople, type PageRequest } from './people.ts';
import { createRemoval } from './removal.ts';
import { createRights } from './rights.ts';

/** Who is in the rooms, and what moderators do about it. */
export function createParticipants(deps: ModerationDeps & { readonly speaking: Pick<Speaking, 'of'> }) {
  const finder = createFinder(deps);
  const microphones = createMicrophones(deps);

  return {
    ...createRemoval(deps, finder),
    ...createRights(deps, finder, microphones),
    ...createEveryone(deps, finder, microphones),

    /** Those who are in one room. */
    list(principal: Principal, room: string, query: PageRequest): Page<LiveParticipant> {
      finder.moderated(principal, room);
      return listPeople(deps, [room], query);
    },

    /** Those who are in any room. */
    listAll(principal: Principal, query: PageRequest): Page<LiveParticipant> {
      authorize(principal, 'system.read');
      const rooms = deps.live.rooms().map(({ name }) => name);
      return listPeople(deps, rooms, query);
    },
  };
}

export type Participants = ReturnType<typeof createParticipants>;
