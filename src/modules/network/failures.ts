import { toTimestamp } from '../../lib/schema.ts';
import type { Candidate } from '../../livekit/logs/candidates.ts';
import type { LogFact } from '../../livekit/logs/log-fact.ts';
import type { KnownCause } from '../../troubles/explain.ts';
import { failureCause } from './failure-cause.ts';
import type { NetworkHealth } from './model.ts';

const KEPT_FAILURES = 100;
const KEPT_EXPIRED = 1_000;

/** Why a stay ended that says nothing about the network: somebody wanted it so. */
const WANTED = new Set([
  'CLIENT_REQUEST_LEAVE',
  'DUPLICATE_IDENTITY',
  'ROOM_CLOSED',
  'ROOM_MANAGER_STOP',
  'MIGRATION_REQUESTED',
  'MIGRATION_COMPLETE',
  'SERVICE_REQUEST_REMOVE_PARTICIPANT',
  'SERVICE_REQUEST_DELETE_ROOM',
]);
const SIGNAL_CLOSED = 'SIGNAL_SOURCE_CLOSE';

export interface StayName {
  readonly room: string;
  readonly identity: string;
  readonly sid: string;
}

type Failed = Extract<LogFact, { kind: 'never_connected' | 'short_connection' }>;
type FailedConnection = NetworkHealth['failures'][number];

/** The newest connections that failed, with their likely causes. */
export interface Failures {
  /** livekit's log told that the media of a stay did not come through, or broke down soon. */
  note(stay: StayName, fact: Failed): void;
  /** livekit's TURN refused a stay's credential as expired. */
  turnExpired(sid: string): void;
  causeOf(sid: string): KnownCause | undefined;
  /** How many never got their media through, since the start. */
  count(): number;
  /** Newest first. */
  list(): readonly FailedConnection[];
}

/** `nodeAnswers`: whether the address that clients are told leads here, as tested last. */
export function createFailures({ nodeAnswers }: { nodeAnswers: () => boolean | undefined }): Failures {
  const expired = new Set<string>();
  let never = 0;
  let failures: {
    readonly sid: string;
    readonly cause: KnownCause | undefined;
    readonly shown: FailedConnection;
  }[] = [];

  return {
    note({ room, identity, sid }, fact) {
      const reason = fact.kind === 'never_connected' ? fact.reason : fact.kind;
      if (WANTED.has(reason) || gaveUpAtOnce(reason, fact.candidates)) return;
      const { kind, candidates } = fact;
      if (kind === 'never_connected') never += 1;
      const cause = failureCause({
        kind,
        candidates,
        turnExpired: expired.has(sid),
        nodeAnswers: nodeAnswers(),
      });
      const why = { cause: cause?.cause ?? null, fix: cause?.fix ?? null };
      const shown = { at: toTimestamp(fact.at), room, identity, reason, ...why };
      failures = [{ sid, cause, shown }, ...failures.filter((one) => one.sid !== sid)].slice(
        0,
        KEPT_FAILURES,
      );
    },
    turnExpired(sid) {
      expired.add(sid);
      if (expired.size > KEPT_EXPIRED) expired.delete(expired.values().next().value ?? '');
    },
    causeOf: (sid) => failures.find((one) => one.sid === sid)?.cause,
    count: () => never,
    list: () => failures.map(({ shown }) => shown),
  };
}

/** A tab that was closed or reloaded: it had not even told where it can be reached. */
function gaveUpAtOnce(reason: string, candidates: readonly Candidate[]): boolean {
  return reason === SIGNAL_CLOSED && !candidates.some(({ side }) => side === 'remote');
}
