import type { User } from '../../modules/auth/model.ts';
import { element } from './dom.ts';
import { signedInUser } from './session.ts';

/** Where the account page sends people back to. */
const RETURN_KEY = 'didar.return';

/** Says in the lobby who is signed in, with the way to the account; returns who that is. */
export function showWho(): User | undefined {
  const user = signedInUser();
  const link = element('who', HTMLAnchorElement);
  link.textContent = user ? `Signed in as ${user.name}` : 'Sign in';
  link.addEventListener('click', () => sessionStorage.setItem(RETURN_KEY, location.pathname), { once: true });
  return user;
}
