import { actorOf, type Principal } from '../../../access/principal.ts';
import type { Clock } from '../../../lib/clock.ts';
import { toTimestamp } from '../../../lib/schema.ts';
import type { EventRecorder } from '../../events/events.ts';
import type { Device } from '../device.ts';
import { type Logins, userDisabled } from '../logins.ts';
import type { LoginAnswer, ResetCreated, ResetRequest } from '../model.ts';
import type { Users } from '../users.ts';
import { createAccountLinks } from './links.ts';
import type { AccountLinkRepo } from './links-repo.ts';

export interface ResetsDeps {
  readonly repo: AccountLinkRepo;
  readonly users: Pick<Users, 'get' | 'change'>;
  readonly logins: Pick<Logins, 'open'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

export interface Resets {
  /** A link for this user; earlier ones stop working. `base` is the URL of this server for who asks. */
  create(by: Principal, userId: string, base: string): ResetCreated;
  /** Sets the password and signs in; every earlier login ends. Throws `reset_invalid`, `user_disabled`, `busy`. */
  use(request: ResetRequest, device: Device): Promise<LoginAnswer>;
}

const LIFE_MS = 24 * 3_600_000;

/** Links by which someone sets a new password without the old one. */
export function createResets({ repo, users, logins, events, clock }: ResetsDeps): Resets {
  const links = createAccountLinks('reset', repo, clock);

  return {
    create(by, userId, base) {
      return events.inTransaction(() => {
        const user = users.get(userId);
        repo.revokeResetsOf(userId, clock.now());
        const actor = actorOf(by);
        const { row, secret } = links.make({ createdBy: actor, life: LIFE_MS, userId });
        const expiresAt = toTimestamp(row.expiresAt);
        events.record({ kind: 'user.reset', actor, data: { user, expiresAt }, after: { expiresAt } });
        return { user, token: secret, url: `${base}/account#reset=${secret}`, expiresAt };
      });
    },
    async use({ token, password }, device) {
      const { userId } = links.usable(token);
      const user = users.get(userId ?? '');
      if (user.disabled) throw userDisabled(user.id);
      // Whoever holds the link acts as the user; there is no login yet that could stay.
      const self = { kind: 'user', userId: user.id, role: user.role, name: user.name, loginId: '' } as const;
      const changed = await users.change(self, user.id, { password }, () => {
        // Again: while the password was hashed, someone else may have used the same link.
        const { id } = links.usable(token);
        repo.markUsed(id, clock.now());
      });
      if (changed.disabled) throw userDisabled(user.id);
      return logins.open(changed, device);
    },
  };
}
