import type { Principal } from '../../access/principal.ts';
import type { AuthConfig } from '../../config/config.ts';
import { DomainError } from '../../lib/errors.ts';
import type { EventRecorder } from '../events/events.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import type { Device } from './device.ts';
import type { Invitations, UsableInvitation } from './links/invitations.ts';
import type { Logins } from './logins.ts';
import type { LoginAnswer, RegisterRequest } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { SetupCode } from './setup-code.ts';
import type { Users } from './users.ts';

export interface RegistrationDeps {
  readonly events: Pick<EventRecorder, 'inTransaction'>;
  readonly invitations: Pick<Invitations, 'open'>;
  readonly users: Users;
  readonly logins: Logins;
  readonly passwords: Passwords;
  readonly setupCode: SetupCode;
  readonly mode: AuthConfig['registration'];
}

/** Throws `registration_closed`, `setup_code_invalid`, `setup_done`, `invitation_invalid`, `email_taken`. */
export type Register = (by: Principal, request: RegisterRequest, device: Device) => Promise<LoginAnswer>;

/**
 * People who make their own account: the first admin with the setup code, who was invited with the invitation, and
 * anyone where registration is open.
 */
export function createRegister(deps: RegistrationDeps): Register {
  const { users, logins, passwords, setupCode, events, invitations, mode } = deps;

  /** What lets this request make an account, and with which role. */
  function permission({ setupCode: code, invitation, email }: RegisterRequest): Permission {
    if (code !== undefined) {
      if (users.hasAdmin()) throw setupDone();
      if (!setupCode.accepts(code)) throw setupCodeInvalid();
      return { role: 'admin' };
    }
    if (invitation !== undefined) return invitations.open(invitation, email);
    if (mode !== 'open') throw registrationClosed(mode, !users.hasAdmin());
    return { role: 'user' };
  }

  return async (by, request, device) => {
    permission(request);
    refuseCommonPassword(request.password);
    const { email, name, password } = request;
    const passwordHash = await passwords.hash(password);
    const user = events.inTransaction(() => {
      // Again, now that nothing is waited for any more: of two with the same code or link, one makes an account.
      const { role, use } = permission(request);
      const made = users.insert(by, { email, name, role, passwordHash });
      use?.(made);
      return made;
    });
    return logins.open(user, device);
  };
}

type Permission = Pick<UsableInvitation, 'role'> & Partial<UsableInvitation>;

const setupDone = () =>
  new DomainError('setup_done', 'This server has an admin already.', {
    fix: 'Log in, or let an admin make the account.',
  });
const setupCodeInvalid = () =>
  new DomainError('setup_code_invalid', 'This is not the setup code.', {
    fix: 'Run `didar setup` on the server to see it.',
  });
const registrationClosed = (mode: AuthConfig['registration'], needsSetup: boolean) =>
  new DomainError('registration_closed', 'Nobody can make an account here by themselves.', {
    fix: needsSetup
      ? 'Send the setup code, which `didar setup` shows on the server.'
      : mode === 'invite'
        ? 'Ask an admin of this server for an invitation.'
        : 'Ask an admin of this server for an account.',
  });
