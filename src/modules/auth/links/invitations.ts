import { actorOf, type Principal } from '../../../access/principal.ts';
import type { AuthConfig } from '../../../config/config.ts';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import { idOf, type Page, pageOf, toTimestamp } from '../../../lib/schema.ts';
import type { EventRecorder } from '../../events/events.ts';
import type { Invitation, InvitationCreate, InvitationCreated, User } from '../model.ts';
import { emailKeyOf } from '../users.ts';
import { createAccountLinks } from './links.ts';
import type { AccountLinkRepo, AccountLinkRow } from './links-repo.ts';

export interface InvitationsDeps {
  readonly repo: AccountLinkRepo;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly mode: AuthConfig['registration'];
}

/** What an invitation lets its bearer do. */
export interface UsableInvitation {
  readonly role: 'admin' | 'user';
  /** Marks it as used by this account; within the transaction that makes the account. */
  use(user: User): void;
}

export interface Invitations {
  /** `base` is the URL of this server for who asks. Throws `registration_closed`. */
  create(by: Principal, input: InvitationCreate, base: string): InvitationCreated;
  /** Those that nobody has used yet. */
  list(query: { cursor?: string; limit?: number }): Page<Invitation>;
  /** Throws `invitation_not_found`. */
  revoke(by: Principal, id: string): void;
  /** Throws `invitation_invalid`, `registration_closed`. */
  open(secret: string, email: string): UsableInvitation;
}

const DEFAULT_LIFE_S = 7 * 86_400;
const PAGE_SIZE = 100;

/** Invitations to make an account: a link for one person, with the role that they will have. */
export function createInvitations({ repo, events, clock, mode }: InvitationsDeps): Invitations {
  const links = createAccountLinks('invitation', repo, clock);

  function refuseClosed(): void {
    if (mode === 'closed') throw registrationClosed();
  }

  return {
    create(by, { role = 'user', email, expiresIn = DEFAULT_LIFE_S }, base) {
      refuseClosed();
      return events.inTransaction(() => {
        const actor = actorOf(by);
        const { row, secret } = links.make({
          createdBy: actor,
          life: expiresIn * 1000,
          role,
          ...(email !== undefined && { email }),
        });
        const invitation = toInvitation(row);
        events.record({ kind: 'invitation.created', actor, data: { invitation }, after: invitation });
        return { ...invitation, token: secret, url: urlOf(base, secret, email) };
      });
    },
    list({ cursor, limit = PAGE_SIZE }) {
      const rows = repo.listUsable('invitation', { now: clock.now(), after: cursor, limit: limit + 1 });
      return pageOf(rows, limit, toInvitation, idOf);
    },
    revoke(by, id) {
      events.inTransaction(() => {
        const row = repo.byId('invitation', id);
        if (!row || row.usedAt !== null || row.revokedAt !== null) throw invitationNotFound(id);
        repo.revoke(id, clock.now());
        const invitation = toInvitation(row);
        events.record({
          kind: 'invitation.revoked',
          actor: actorOf(by),
          data: { invitation },
          before: invitation,
        });
      });
    },
    open(secret, email) {
      refuseClosed();
      const row = links.usable(secret);
      if (row.email !== null && emailKeyOf(row.email) !== emailKeyOf(email)) throw forAnother(row.email);
      return {
        role: row.role ?? 'user',
        use(user) {
          repo.markUsed(row.id, clock.now());
          const invitation = toInvitation(row);
          const data = { invitation, user };
          events.record({ kind: 'invitation.used', actor: user.id, data, before: invitation });
        },
      };
    },
  };
}

/** The secret is behind the `#`, which browsers send to nobody: it is in no log. */
function urlOf(base: string, secret: string, email: string | undefined): string {
  const fields = new URLSearchParams({ invitation: secret, ...(email !== undefined && { email }) });
  return `${base}/account#${fields}`;
}

function toInvitation({ id, role, email, createdBy, createdAt, expiresAt }: AccountLinkRow): Invitation {
  return {
    id,
    role: role ?? 'user',
    email,
    createdBy,
    createdAt: toTimestamp(createdAt),
    expiresAt: toTimestamp(expiresAt),
  };
}

const registrationClosed = () =>
  new DomainError('registration_closed', 'Invitations are switched off: auth.registration is "closed".', {
    fix: 'Set auth.registration to "invite" and restart, or make the account with `didar user create`.',
  });
const invitationNotFound = (id: string) =>
  new DomainError('invitation_not_found', `There is no open invitation ${id}.`, {
    fix: 'See GET /api/invitation, or `didar user invitations`, for what there is.',
  });
const forAnother = (email: string) =>
  new DomainError('invitation_invalid', `This invitation is for ${email}.`, {
    fix: 'Make the account with that email, or ask for another invitation.',
  });
