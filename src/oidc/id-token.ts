import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import type { Provider } from './provider.ts';

export type Keys = JWTVerifyGetKey;

export type IdTokenClaims = Readonly<Record<string, unknown>> & { readonly sub: string };

export interface Expected {
  readonly provider: Pick<Provider, 'issuer' | 'algorithms'>;
  readonly keys: Keys;
  readonly clientId: string;
  readonly nonce: string;
  readonly clock: Clock;
}

const CLOCK_TOLERANCE_S = 60;
/** It was made a moment ago, for this sign-in. */
const MAX_AGE_S = 600;

/**
 * The claims of an ID token of this issuer, for this client and this sign-in (OpenID Connect Core, 3.1.3.7).
 * Throws `oidc_token_invalid`, `oidc_clock_skew`, `oidc_unreachable`.
 */
export async function verifyIdToken(token: string, expected: Expected): Promise<IdTokenClaims> {
  const { provider, keys, clientId, nonce, clock } = expected;
  let claims: JWTPayload;
  try {
    const verified = await jwtVerify(token, keys, {
      issuer: provider.issuer,
      audience: clientId,
      algorithms: [...provider.algorithms],
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_S,
      maxTokenAge: MAX_AGE_S,
      currentDate: new Date(clock.now()),
    });
    claims = verified.payload;
  } catch (error) {
    throw explain(error, token, clock);
  }
  const { sub, aud, azp } = claims;
  if (claims.nonce !== nonce) throw invalid('its nonce is not that of this sign-in');
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined)
    throw invalid('it is for several, and names none');
  if (azp !== undefined && azp !== clientId) throw invalid(`it was made for ${String(azp)}`);
  if (sub === undefined || sub === '') throw invalid('it names nobody');
  return { ...claims, sub };
}

function explain(error: unknown, token: string, clock: Clock): DomainError {
  if (isAboutTime(error)) {
    const { iat = Number.NaN } = decodeJwt(token);
    const behind = Math.round(iat - clock.now() / 1000);
    const how = behind > 0 ? `${behind} s in the future` : `${-behind} s ago`;
    return new DomainError('oidc_clock_skew', `The ID token was made ${how}, by the clock of this server.`, {
      fix: 'Set the clocks of this server and of the provider by NTP: timedatectl set-ntp true',
      cause: error,
    });
  }
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
    return new DomainError('oidc_unreachable', `The provider's keys can't be fetched: ${messageOf(error)}.`, {
      fix: 'Let this server reach the jwks_uri of the provider, then sign in again.',
      cause: error,
    });
  }
  return invalid(error.message, error);
}

function isAboutTime(error: unknown): boolean {
  if (error instanceof errors.JWTExpired) return true;
  return error instanceof errors.JWTClaimValidationFailed && ['iat', 'nbf', 'exp'].includes(error.claim);
}

const invalid = (why: string, cause?: unknown) =>
  new DomainError('oidc_token_invalid', `The ID token of the provider does not hold: ${why}.`, {
    fix: 'Check auth.oidc.issuer and auth.oidc.clientId; sign in again.',
    cause,
  });
