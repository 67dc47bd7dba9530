import type { Principal } from '../../access/principal.ts';
import type { AuthConfig } from '../../config/config.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Device, Logins } from './logins.ts';
import type { LoginAnswer, RegisterRequest } from './model.ts';
import type { Passwords } from './passwords.ts';
import type { SetupCode } from './setup-code.ts';
import type { Users } from './users.ts';

export interface RegistrationDeps {
  readonly users: Users;
  readonly logins: Logins;
  readonly passwords: Passwords;
  readonly setupCode: SetupCode;
  readonly mode: AuthConfig['registration'];
}

/** Throws `registration_closed`, `setup_code_invalid`, `setup_done`, `email_taken`. */
export type Register = (by: Principal, request: RegisterRequest, device: Device) => Promise<LoginAnswer>;

/** People who make their own account: the first admin with the setup code, users where registration is open. */
export function createRegister({ users, logins, passwords, setupCode, mode }: RegistrationDeps): Register {
  function assertCode(code: string): void {
    if (users.hasAdmin()) throw setupDone();
    if (!setupCode.accepts(code)) throw setupCodeInvalid();
  }

  return async (by, { email, name, password, setupCode: code }, device) => {
    if (code !== undefined) assertCode(code);
    else if (mode !== 'open') throw registrationClosed(!users.hasAdmin());
    const passwordHash = await passwords.hash(password);
    // Again, now that nothing is waited for any more: of two with the same code, one becomes the admin.
    if (code !== undefined) assertCode(code);
    const role = code === undefined ? 'user' : 'admin';
    const user = users.insert(by, { email, name, role, passwordHash });
    return logins.open(user, device);
  };
}

const setupDone = () =>
  new DomainError('setup_done', 'This server has an admin already.', {
    fix: 'Log in, or let an admin make the account.',
  });
const setupCodeInvalid = () =>
  new DomainError('setup_code_invalid', 'This is not the setup code.', {
    fix: 'Run `didar setup` on the server to see it.',
  });
const registrationClosed = (needsSetup: boolean) =>
  new DomainError('registration_closed', 'Nobody can make an account here by themselves.', {
    fix: needsSetup
      ? 'Send the setup code, which `didar setup` shows on the server.'
      : 'Ask an admin of this server for an account.',
  });
