import type { Candidate } from '../../livekit/logs/candidates.ts';
import { type KnownCause, knownCause } from '../../troubles/explain.ts';

/** What is known of a connection whose media did not come through, or broke down soon after. */
export interface FailureEvidence {
  readonly kind: 'never_connected' | 'short_connection';
  readonly candidates: readonly Candidate[];
  /** livekit's TURN refused this client for an old credential. */
  readonly turnExpired: boolean;
  /** Whether the address that clients are told leads here, by our own test; undefined before one was made. */
  readonly nodeAnswers: boolean | undefined;
}

/**
 * The likeliest cause, from the table of known troubles; undefined where nothing points to one. A client that has a
 * relayed candidate did reach our TURN server; one that has none did not, or there is no TURN.
 */
export function failureCause(evidence: FailureEvidence): KnownCause | undefined {
  const remote = evidence.candidates.filter(({ side }) => side === 'remote');
  if (evidence.turnExpired) return knownCause('turn-credential-expired');
  if (evidence.nodeAnswers === false) return knownCause('no-media');
  if (evidence.kind === 'short_connection') return knownCause('media-broke-off');
  if (remote.length === 0) return undefined;
  return knownCause(remote.some(({ type }) => type === 'relay') ? 'no-media' : 'behind-firewall');
}
