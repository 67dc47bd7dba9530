import { DomainError } from '../../lib/errors.ts';

/** The ways in which a self-test of STUN or TURN fails; each has another cause and fix. */
export type StunFailure =
  | 'stun_no_answer'
  | 'stun_unreachable'
  | 'stun_bad_answer'
  | 'turn_unauthorized'
  | 'turn_refused'
  | 'tls_untrusted';

export function stunError(code: StunFailure, message: string, fix: string, cause?: unknown): DomainError {
  return new DomainError(code, message, { fix, cause });
}
