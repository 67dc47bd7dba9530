import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import { hashSecret, newId, newSecret } from '../../../lib/ids.ts';
import type { AccountLinkKind, AccountLinkRepo, AccountLinkRow } from './links-repo.ts';

export interface NewLink {
  readonly createdBy: string;
  /** Milliseconds. */
  readonly life: number;
  readonly userId?: string;
  readonly email?: string;
  readonly role?: 'admin' | 'user';
}

export interface AccountLinks {
  /** Stores a link; the secret is in this answer alone. */
  make(link: NewLink): { readonly row: AccountLinkRow; readonly secret: string };
  /** The link of this secret, if it can be used now. Throws `invitation_invalid`, `reset_invalid`. */
  usable(secret: string): AccountLinkRow;
}

const FIX: Readonly<Record<AccountLinkKind, string>> = {
  invitation: 'Ask whoever invited you for another: `didar user invite`.',
  reset: 'Ask an admin for another: `didar user reset`.',
};

/** Links of one kind: their secret is stored as a hash, they end by time, by use or by hand. */
export function createAccountLinks(kind: AccountLinkKind, repo: AccountLinkRepo, clock: Clock): AccountLinks {
  function refuse(why: string): never {
    const word = kind === 'invitation' ? 'invitation' : 'link';
    throw new DomainError(`${kind}_invalid`, `This ${word} ${why}.`, { fix: FIX[kind] });
  }

  return {
    make({ createdBy, life, userId, email, role }) {
      const now = clock.now();
      const secret = newSecret();
      const row: AccountLinkRow = {
        id: newId(kind === 'invitation' ? 'i' : 'p', now),
        kind,
        hash: hashSecret(secret),
        userId: userId ?? null,
        email: email ?? null,
        role: role ?? null,
        createdBy,
        createdAt: now,
        expiresAt: now + life,
        usedAt: null,
        revokedAt: null,
      };
      repo.insert(row);
      return { row, secret };
    },
    usable(secret) {
      const row = repo.byHash(kind, hashSecret(secret));
      if (!row) return refuse('is unknown here');
      if (row.usedAt !== null) return refuse('was used already');
      if (row.revokedAt !== null) return refuse('was taken back');
      if (row.expiresAt <= clock.now()) return refuse('has expired');
      return row;
    },
  };
}
