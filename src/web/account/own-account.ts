import type { Login, User } from '../../modules/auth/model.ts';
import { element } from '../page/dom.ts';
import { callAsUser, forgetSession } from '../page/session.ts';
import { attempt, fieldValue, onSubmit, show, tellDone } from './screen.ts';

/** The account of who is signed in: where they are signed in, their password, and out. */
export function wireAccount(): void {
  onSubmit('change', async () => {
    const body = { currentPassword: fieldValue('old-password'), newPassword: fieldValue('next-password') };
    await callAsUser('POST', '/api/auth/password', body);
    element('change', HTMLFormElement).reset();
    await showLogins();
    tellDone('The password is changed, and your other logins have ended.');
  });
  element('sign-out', HTMLButtonElement).addEventListener('click', () => {
    void attempt(async () => {
      await callAsUser('POST', '/api/auth/logout').finally(forgetSession);
      show('sign-in');
    });
  });
}

export async function showAccount({ name, email, role }: User): Promise<void> {
  element('who', HTMLElement).textContent = name;
  element('which', HTMLElement).textContent = role === 'admin' ? `${email}, an admin of this server` : email;
  // For password managers: whose password is changed.
  element('own-email', HTMLInputElement).value = email;
  show('account');
  await showLogins();
}

async function showLogins(): Promise<void> {
  const { items } = await callAsUser<{ items: Login[] }>('GET', '/api/auth/logins?limit=500');
  element('logins', HTMLElement).replaceChildren(...items.map(loginItem));
}

function loginItem({ id, current, userAgent, address, usedAt }: Login): HTMLElement {
  const item = document.createElement('li');
  const when = new Date(usedAt).toLocaleString();
  item.textContent = `${deviceName(userAgent)}, ${address ?? 'unknown address'}, ${when} `;
  if (current) {
    item.append('(here)');
    return item;
  }
  const button = document.createElement('button');
  button.textContent = 'End';
  button.addEventListener('click', () => {
    void attempt(async () => {
      await callAsUser('DELETE', `/api/auth/logins/${encodeURIComponent(id)}`);
      await showLogins();
    });
  });
  item.append(button);
  return item;
}

/** `Firefox on Linux`, of what a browser calls itself; what is not known, as it is. */
function deviceName(userAgent: string | null): string {
  if (userAgent === null) return 'unknown device';
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(userAgent)?.[1];
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(userAgent)?.[1];
  return browser && system ? `${browser} on ${system}` : userAgent.slice(0, 60);
}
