import { DomainError, messageOf } from '../lib/errors.ts';
import type { Provider } from './provider.ts';

export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string | undefined;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
}

export interface Grant {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

const LIMIT_MS = 10_000;

/** Trades the code for tokens. Throws `oidc_client_refused`, `oidc_code_invalid`, `oidc_unreachable`, `oidc_token_invalid`. */
export async function requestTokens(provider: Provider, client: Credentials, grant: Grant): Promise<Tokens> {
  const { status, body } = await post(provider, client, grant);
  if (status !== 200) throw refusal(provider, status, body, grant);
  const { id_token: idToken, access_token: accessToken } = body;
  if (typeof idToken !== 'string') {
    throw new DomainError('oidc_token_invalid', 'The provider sent no ID token.', {
      fix: 'See to it that the provider treats this client as one of OpenID Connect, with the scope openid.',
    });
  }
  return { idToken, accessToken: typeof accessToken === 'string' ? accessToken : undefined };
}

async function post(provider: Provider, { clientId, clientSecret }: Credentials, grant: Grant) {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    code_verifier: grant.verifier,
  });
  const headers = new Headers({ accept: 'application/json' });
  if (clientSecret === undefined) form.set('client_id', clientId);
  else if (provider.takesSecretInHeader) headers.set('authorization', basic(clientId, clientSecret));
  else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  try {
    const answer = await fetch(provider.tokenEndpoint, {
      method: 'POST',
      headers,
      body: form,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const body: unknown = await answer.json().catch(() => undefined);
    const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    return { status: answer.status, body: fields };
  } catch (error) {
    throw new DomainError(
      'oidc_unreachable',
      `${provider.tokenEndpoint} can't be reached: ${messageOf(error)}.`,
      {
        fix: 'Let this server reach the provider, then sign in again.',
        cause: error,
      },
    );
  }
}

/** RFC 6749, 2.3.1: both are form-encoded before they are joined. */
function basic(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map((part) => new URLSearchParams({ '': part }).toString().slice(1));
  return `Basic ${btoa(encoded.join(':'))}`;
}

function refusal(
  { tokenEndpoint }: Provider,
  status: number,
  { error, error_description: why }: Record<string, unknown>,
  { redirectUri }: Grant,
): DomainError {
  const told = [error, why]
    .filter((part) => typeof part === 'string')
    .join(', ')
    .slice(0, 300);
  const message = `${tokenEndpoint} answers ${status}${told && ` (${told})`}.`;
  if (error === 'invalid_client' || error === 'unauthorized_client' || status === 401) {
    return new DomainError('oidc_client_refused', `The provider does not know this server: ${message}`, {
      fix: 'Check auth.oidc.clientId and auth.oidc.clientSecret against what the provider shows for this client.',
    });
  }
  return new DomainError('oidc_code_invalid', `The provider does not accept the sign-in: ${message}`, {
    fix: `Sign in again. If it stays so, register exactly this redirect URI at the provider: ${redirectUri}`,
  });
}
