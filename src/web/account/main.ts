import type { LoginAnswer, SetupStatus, SignInOptions } from '../../modules/auth/model.ts';
import { call } from '../page/api.ts';
import { element } from '../page/dom.ts';
import { keepSession, knownDevice, signedInUser } from '../page/session.ts';
import { showAccount, wireAccount } from './own-account.ts';
import { attempt, fieldValue, onSubmit, show } from './screen.ts';

/** Where to go once signed in: the meeting that someone came from. */
const RETURN_KEY = 'didar.return';

/** What a link brought: `#invitation=…`, `#reset=…`, or `#oidc` on the way back from the provider. */
const brought = new URLSearchParams(location.hash.slice(1));
// A secret that was used stays in no history.
history.replaceState(null, '', location.pathname);

onSubmit('sign-in', async () => {
  const device = knownDevice();
  const body = { email: fieldValue('email'), password: fieldValue('password'), ...(device && { device }) };
  await enter(await call('POST', '/api/auth/login', body));
});
onSubmit('register', async () => {
  const invitation = brought.get('invitation') ?? undefined;
  const setupCode = fieldValue('setup-code').trim() || undefined;
  const body = {
    email: fieldValue('new-email').trim(),
    name: fieldValue('new-name').trim(),
    password: fieldValue('new-password'),
    ...(invitation && { invitation }),
    ...(setupCode && { setupCode }),
  };
  await enter(await call('POST', '/api/auth/register', body));
});
onSubmit('reset', async () => {
  const body = { token: brought.get('reset'), password: fieldValue('reset-password') };
  await enter(await call('POST', '/api/auth/reset', body));
});
wireAccount();
window.addEventListener('hashchange', () => show(location.hash === '#register' ? 'register' : 'sign-in'));
void attempt(start);

async function start(): Promise<void> {
  const [options, setup] = await Promise.all([
    call<SignInOptions>('GET', '/api/auth/options'),
    call<SetupStatus>('GET', '/api/auth/setup'),
  ]);
  offer(options, setup.needed);
  if (brought.has('invitation')) {
    element('new-email', HTMLInputElement).value = brought.get('email') ?? '';
    return show('register');
  }
  if (brought.has('reset')) return show('reset');
  if (setup.needed) return show('register');
  show('sign-in');
  if (brought.has('oidc')) return enter(await call('POST', '/api/auth/oidc/finish'));
  const user = signedInUser();
  if (user)
    await showAccount(user).catch((error: unknown) => {
      if (signedInUser() === undefined) show('sign-in');
      throw error;
    });
}

function offer({ registration, oidc }: SignInOptions, needsSetup: boolean): void {
  element('setup', HTMLElement).hidden = !needsSetup;
  element('to-register', HTMLElement).hidden = registration !== 'open' && !needsSetup;
  const sso = element('sso', HTMLAnchorElement);
  sso.hidden = oidc === null;
  sso.textContent = `Sign in with ${oidc?.name ?? ''}`;
}

async function enter(answer: LoginAnswer): Promise<void> {
  keepSession(answer);
  const back = sessionStorage.getItem(RETURN_KEY);
  sessionStorage.removeItem(RETURN_KEY);
  if (back !== null && /^\/room\/[a-z0-9-]+$/.test(back)) location.assign(back);
  else await showAccount(answer.user);
}
