import { type Page, pageOf } from '../../lib/schema.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Speaking } from '../live/speaking.ts';
import type { LiveParticipant, Participant } from './model.ts';

export interface PageRequest {
  readonly cursor?: string;
  readonly limit?: number;
}

/** Those who are in one room, or in all of them, by room and identity. */
export function listPeople(
  { live, speaking }: { readonly live: LiveState; readonly speaking: Pick<Speaking, 'of'> },
  rooms: readonly string[],
  query: PageRequest,
): Page<LiveParticipant> {
  const { cursor, limit = 100 } = query;
  const sorted = rooms
    .flatMap((room) => live.participants(room))
    .map((participant) => ({ key: keyOf(participant), participant }))
    .filter(({ key }) => cursor === undefined || key > cursor)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const shown = ({ participant }: { readonly participant: Participant }) => ({
    ...participant,
    speaking: speaking.of(participant.room, participant.identity),
  });
  return pageOf(sorted, limit, shown, keyOf);
}

/** Spaces are in neither, and sort before everything that is. */
const keyOf = ({ room, identity }: Participant): string => `${room} ${identity}`;
