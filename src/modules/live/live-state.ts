import type { Participant } from '../participants/model.ts';

/** One live LiveKit room. */
export interface LiveRoom {
  readonly name: string;
  readonly sid: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The in-memory truth about who is where, as other modules read it. Answers are instant and never stale parts. */
export interface LiveState {
  room(name: string): LiveRoom | undefined;
  rooms(): readonly LiveRoom[];
  participants(room: string): readonly Participant[];
  participant(room: string, identity: string): Participant | undefined;
  /** `participants` counts people (hidden recorders are not people). */
  counts(room: string): { readonly participants: number; readonly publishers: number };
  totals(): { readonly rooms: number; readonly participants: number };
}
