import type { Participant } from '../participants/model.ts';
import type { LiveRoom, LiveState } from './live-state.ts';

/** One stay of someone in a room: what the API shows, and what the order of facts is judged by. */
export interface Seat {
  readonly participant: Participant;
  /** LiveKit's version of it: grows with every change. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
  /** When it last changed, in the registry's own count. */
  readonly changedAt: number;
  /** The last list of participants didn't have it. One such list proves nothing yet. */
  readonly missing: boolean;
}

/** One life of a room. */
export interface Session extends LiveRoom {
  /** Null for a room whose row was deleted while it was live. */
  readonly roomId: string | null;
  readonly changedAt: number;
  readonly peak: number;
}

interface Entry {
  session: Session;
  readonly seats: Map<string, Seat>;
  counts: { readonly participants: number; readonly publishers: number } | undefined;
}

const KEPT_ENDS = 20_000;

/** The in-memory truth. Changes happen inside `step` alone, and are undone when it throws. */
export interface Registry extends LiveState {
  /** Runs changes all or none: what throws inside, or in the commit around it, leaves everything as it was. */
  step<T>(transaction: (run: () => T) => T, run: () => T): T;
  /** Grows with every change; "now" for judging whether a fact is older than a change. */
  now(): number;
  session(room: string): Session | undefined;
  sessions(): Session[];
  putSession(session: Omit<Session, 'changedAt'>): Session;
  dropSession(room: string): void;
  seat(room: string, identity: string): Seat | undefined;
  seats(room: string): Seat[];
  putSeat(room: string, seat: Omit<Seat, 'changedAt'>): void;
  dropSeat(room: string, identity: string): void;
  /** This SID (of a room, a stay or a track) is over for good; facts about it that come late are ignored. */
  end(sid: string): void;
  hasEnded(sid: string): boolean;
}

export function createRegistry(): Registry {
  const entries = new Map<string, Entry>();
  const ends = new Set<string>();
  let undo: (() => void)[] | undefined;
  let sequence = 0;

  function change(revert: () => void): number {
    undo?.push(revert);
    sequence += 1;
    return sequence;
  }

  function countsOf(entry: Entry) {
    if (entry.counts) return entry.counts;
    const people = [...entry.seats.values()].filter((seat) => !seat.participant.permissions.hidden);
    const publishers = people.filter((seat) => seat.participant.tracks.length > 0).length;
    entry.counts = { participants: people.length, publishers };
    return entry.counts;
  }

  function setSeat(entry: Entry, identity: string, seat: Seat | undefined): void {
    if (seat) entry.seats.set(identity, seat);
    else entry.seats.delete(identity);
    entry.counts = undefined;
  }

  return {
    step(transaction, run) {
      if (undo) return run();
      undo = [];
      try {
        return transaction(run);
      } catch (error) {
        for (const revert of undo.reverse()) revert();
        throw error;
      } finally {
        undo = undefined;
      }
    },
    now: () => sequence,

    room: (name) => entries.get(name)?.session,
    rooms: () => [...entries.values()].map((entry) => entry.session),
    participants: (name) => [...(entries.get(name)?.seats.values() ?? [])].map((seat) => seat.participant),
    participant: (name, identity) => entries.get(name)?.seats.get(identity)?.participant,
    counts(name) {
      const entry = entries.get(name);
      return entry ? countsOf(entry) : { participants: 0, publishers: 0 };
    },
    totals() {
      let participants = 0;
      for (const entry of entries.values()) participants += countsOf(entry).participants;
      return { rooms: entries.size, participants };
    },

    session: (name) => entries.get(name)?.session,
    sessions: () => [...entries.values()].map((entry) => entry.session),
    putSession(session) {
      const entry = entries.get(session.name);
      const before = entry?.session;
      const changedAt = change(() => {
        if (entry && before) entry.session = before;
        else entries.delete(session.name);
      });
      const stored = { ...session, changedAt };
      if (entry) entry.session = stored;
      else entries.set(session.name, { session: stored, seats: new Map(), counts: undefined });
      return stored;
    },
    dropSession(name) {
      const entry = entries.get(name);
      if (!entry) return;
      change(() => void entries.set(name, entry));
      entries.delete(name);
    },

    seat: (name, identity) => entries.get(name)?.seats.get(identity),
    seats: (name) => [...(entries.get(name)?.seats.values() ?? [])],
    putSeat(name, seat) {
      const entry = entries.get(name);
      if (!entry) return;
      const { identity } = seat.participant;
      const before = entry.seats.get(identity);
      const changedAt = change(() => setSeat(entry, identity, before));
      setSeat(entry, identity, { ...seat, changedAt });
    },
    dropSeat(name, identity) {
      const entry = entries.get(name);
      const before = entry?.seats.get(identity);
      if (!entry || !before) return;
      change(() => setSeat(entry, identity, before));
      setSeat(entry, identity, undefined);
    },

    end(sid) {
      if (ends.has(sid)) return;
      change(() => void ends.delete(sid));
      ends.add(sid);
      if (ends.size > KEPT_ENDS) ends.delete(ends.values().next().value ?? '');
    },
    hasEnded: (sid) => ends.has(sid),
  };
}
