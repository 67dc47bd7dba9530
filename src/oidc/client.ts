import { createHash } from 'node:crypto';
// jose checks what the provider signed: its key set with rotation, and every claim. The rest is three requests.
import { createRemoteJWKSet } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { newSecret } from '../lib/ids.ts';
import { type IdTokenClaims, type Keys, verifyIdToken } from './id-token.ts';
import { discover, fetchJson, type Provider } from './provider.ts';
import { requestTokens } from './token-request.ts';

export interface OidcClientOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client, whom PKCE alone protects. */
  readonly clientSecret: string | undefined;
  readonly scopes: readonly string[];
  readonly clock: Clock;
}

/** What has to be kept from the beginning of a sign-in to its end, by the browser that began it. */
export interface Flow {
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
}

/** Who someone is at the provider, by its own verified word. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface OidcClient {
  /** Where to send the browser. Throws `oidc_unreachable`, `oidc_issuer_invalid`. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly flow: Flow }>;
  /**
   * Who came back with these parameters. Throws `oidc_flow_lost`, `oidc_refused`, `oidc_client_refused`,
   * `oidc_code_invalid`, `oidc_token_invalid`, `oidc_clock_skew`, `oidc_unreachable`, `oidc_issuer_invalid`.
   */
  finish(redirectUri: string, parameters: Readonly<Record<string, string>>, flow: Flow): Promise<Identity>;
}

/** How long metadata is believed; keys are looked up anew by jose when a token names one that is not known. */
const METADATA_TTL_MS = 3_600_000;

interface Known {
  readonly provider: Provider;
  readonly keys: Keys;
}

/** Signs people in by the authorization code flow of OpenID Connect Core 1.0, with PKCE, state and nonce. */
export function createOidcClient(options: OidcClientOptions): OidcClient {
  const { issuer, clientId, scopes, clock } = options;
  let known: { readonly value: Promise<Known>; readonly at: number } | undefined;

  /** Asked once for all who sign in at the same time; a failure is not remembered. */
  function provider(): Promise<Known> {
    if (known && clock.now() - known.at < METADATA_TTL_MS) return known.value;
    const value = discover(issuer).then((found) => ({
      provider: found,
      keys: createRemoteJWKSet(new URL(found.jwksUri)),
    }));
    known = { value, at: clock.now() };
    value.catch(() => {
      known = undefined;
    });
    return value;
  }

  return {
    async begin(redirectUri) {
      const { authorizationEndpoint } = (await provider()).provider;
      const flow: Flow = { state: newSecret(), nonce: newSecret(), verifier: newSecret() };
      const url = new URL(authorizationEndpoint);
      const fields = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', ...scopes])].join(' '),
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: createHash('sha256').update(flow.verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
      return { url: url.href, flow };
    },

    async finish(redirectUri, { state, code, iss, error, error_description: why }, flow) {
      if (state !== flow.state) throw flowLost();
      const { provider: found, keys } = await provider();
      // RFC 9207: an answer of another provider.
      if (iss !== undefined && iss !== found.issuer) throw flowLost();
      if (error !== undefined) throw refused(error, why);
      if (code === undefined) throw flowLost();
      const { verifier, nonce } = flow;
      const tokens = await requestTokens(found, options, { code, redirectUri, verifier });
      const claims = await verifyIdToken(tokens.idToken, { provider: found, keys, clientId, nonce, clock });
      return identityOf(found, await withUserinfo(found, claims, tokens.accessToken));
    },
  };
}

/** Many providers put the email into the ID token; those that don't tell it to whoever holds the access token. */
async function withUserinfo(
  { userinfoEndpoint }: Provider,
  claims: IdTokenClaims,
  accessToken: string | undefined,
): Promise<IdTokenClaims> {
  if (claims.email !== undefined || userinfoEndpoint === undefined || accessToken === undefined)
    return claims;
  const told = await fetchJson(userinfoEndpoint, { headers: { authorization: `Bearer ${accessToken}` } });
  // OpenID Connect Core, 5.3.4: else it is about someone else.
  return told.sub === claims.sub ? { ...told, ...claims } : claims;
}

function identityOf({ issuer }: Provider, claims: IdTokenClaims): Identity {
  const text = (name: string) => {
    const value = claims[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  return {
    issuer,
    subject: claims.sub,
    email: text('email'),
    emailVerified: claims.email_verified === true || claims.email_verified === 'true',
    name: text('name') ?? text('preferred_username'),
    claims,
  };
}

export const flowLost = () =>
  new DomainError('oidc_flow_lost', 'This sign-in was not begun in this browser, or too long ago.', {
    fix: 'Sign in again, in one go and in one browser that keeps cookies.',
  });
const refused = (error: string, why: string | undefined) =>
  new DomainError(
    'oidc_refused',
    `The provider refused: ${[error, why].filter(Boolean).join(', ').slice(0, 300)}.`,
    {
      fix: 'Sign in again and agree, or ask whoever runs the provider whether you may use this server.',
    },
  );
