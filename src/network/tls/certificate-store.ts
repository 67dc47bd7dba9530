import type { Certificate } from './certificate.ts';

export interface CertificateStatus {
  readonly mode: 'files' | 'acme' | 'self-signed';
  /** `pending`: a stand-in is served until the first one comes. `failing`: the last attempt to renew went wrong. */
  readonly state: 'ok' | 'pending' | 'failing';
  /** What went wrong at the last attempt, and what to do. */
  readonly error?: string;
  readonly fix?: string;
  readonly nextAttempt?: number;
  readonly notAfter: number;
  readonly subjects: readonly string[];
  readonly fingerprint: string;
}

/** The one certificate that the server shows, wherever it comes from. */
export interface CertificateStore {
  current(): Certificate;
  /** Calls back after each change; the returned function ends it. */
  onChange(changed: (certificate: Certificate) => void): () => void;
  status(): CertificateStatus;
  /** The certificate of our own authority, for clients to trust; undefined where somebody else vouches. */
  caPem(): string | undefined;
  /** What an authority is to find at `/.well-known/acme-challenge/TOKEN`. */
  httpChallenge(token: string): string | undefined;
  /** The certificate to show to an authority that checks a name by tls-alpn-01 (RFC 8737). */
  alpnChallenge(name: string): { readonly cert: string; readonly key: string } | undefined;
  /** Begins to watch or renew. Called once the front listens, for an authority must reach it. */
  start(): void;
  stop(): void;
}

/** What the three kinds of store share: the current certificate and who wants to hear of the next. */
export function createHolder(first: Certificate) {
  let current = first;
  const listeners = new Set<(certificate: Certificate) => void>();
  return {
    current: () => current,
    onChange(changed: (certificate: Certificate) => void) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    replace(next: Certificate) {
      if (next.fingerprint === current.fingerprint) return;
      current = next;
      for (const listener of listeners) listener(next);
    },
  };
}

/** For the stores that need no authority's visit. */
export const NO_CHALLENGES: Pick<CertificateStore, 'httpChallenge' | 'alpnChallenge'> = {
  httpChallenge: () => undefined,
  alpnChallenge: () => undefined,
};
