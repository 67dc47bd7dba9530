import type { Clock } from '../../lib/clock.ts';
import type { Decision, DecisionOf } from './model.ts';
import type { AdmissionRepo, AdmissionRow } from './repo.ts';

/** A decision is forgotten then, whether the meeting's end was seen or not. */
const MEETING_MOST_MS = 24 * 3_600_000;

/** What moderators said of those who waited, for this meeting. In the database, and in memory for the door. */
export interface Admissions {
  /** Costs one map lookup. */
  readonly of: DecisionOf;
  /** Of one room, by the time of the decision. */
  list(roomId: string, decision: Decision): AdmissionRow[];
  find(roomId: string, identity: string): AdmissionRow | undefined;
  /** Stores a decision. When `transaction` fails, it was never made. */
  decide(row: Omit<AdmissionRow, 'decidedAt'>, transaction: (store: () => void) => void): AdmissionRow;
  /** The meeting is over: everyone waits again. */
  forget(roomId: string): void;
  /** Deletes what is too old for any meeting. */
  prune(): void;
}

export function createAdmissions({ repo, clock }: { repo: AdmissionRepo; clock: Clock }): Admissions {
  const byRoom = new Map<string, Map<string, AdmissionRow>>();
  for (const row of repo.all()) keep(row);

  function keep(row: AdmissionRow): void {
    const ofRoom = byRoom.get(row.roomId) ?? new Map<string, AdmissionRow>();
    byRoom.set(row.roomId, ofRoom.set(row.identity, row));
  }

  function find(roomId: string, identity: string): AdmissionRow | undefined {
    const row = byRoom.get(roomId)?.get(identity);
    return row && row.decidedAt > clock.now() - MEETING_MOST_MS ? row : undefined;
  }

  return {
    find,
    of: (roomId, identity) => find(roomId, identity)?.decision,
    list: (roomId, decision) =>
      [...(byRoom.get(roomId)?.values() ?? [])]
        .filter((row) => row.decision === decision && find(roomId, row.identity) === row)
        .sort((a, b) => a.decidedAt - b.decidedAt),
    decide(made, transaction) {
      const row = { ...made, decidedAt: clock.now() };
      transaction(() => repo.save(row));
      keep(row);
      return row;
    },
    forget(roomId) {
      if (!byRoom.has(roomId)) return;
      repo.deleteOf(roomId);
      byRoom.delete(roomId);
    },
    prune() {
      const limit = clock.now() - MEETING_MOST_MS;
      repo.deleteBefore(limit);
      for (const [roomId, ofRoom] of byRoom) {
        for (const row of ofRoom.values()) if (row.decidedAt < limit) ofRoom.delete(row.identity);
        if (ofRoom.size === 0) byRoom.delete(roomId);
      }
    },
  };
}
