import { type Page, pageOf } from '../../lib/schema.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Participant } from './model.ts';

export interface PageRequest {
  readonly cursor?: string;
  readonly limit?: number;
}

/** Those who are in one room, or in all of them, by room and identity. */
export function listPeople(live: LiveState, rooms: readonly string[], query: PageRequest): Page<Participant> {
  const { cursor, limit = 100 } = query;
  const sorted = rooms
    .flatMap((room) => live.participants(room))
    .map((participant) => ({ key: keyOf(participant), participant }))
    .filter(({ key }) => cursor === undefined || key > cursor)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return pageOf(sorted, limit, ({ participant }) => participant, keyOf);
}

/** Spaces are in neither, and sort before everything that is. */
const keyOf = ({ room, identity }: Participant): string => `${room} ${identity}`;
