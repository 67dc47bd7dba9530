import { DomainError, messageOf } from '../lib/errors.ts';

/** What of a provider's metadata is used (OpenID Connect Discovery 1.0, section 3). */
export interface Provider {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint?: string;
  readonly jwksUri: string;
  /** Of ID tokens; asymmetric ones only. */
  readonly algorithms: readonly string[];
  readonly takesSecretInHeader: boolean;
}

const LIMIT_MS = 10_000;
/** Signatures by a key pair: with a shared secret, or none, whoever has our configuration could sign. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Where a provider tells about itself. */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** Asks a provider for its metadata. Throws `oidc_unreachable`, `oidc_issuer_invalid`. */
export async function discover(issuer: string): Promise<Provider> {
  const url = discoveryUrl(issuer);
  const metadata = await fetchJson(url);
  const text = (name: string): string => {
    const value = metadata[name];
    if (typeof value === 'string' && URL.canParse(value)) return value;
    throw issuerInvalid(`${url} has no ${name}.`);
  };
  const told = text('issuer');
  if (withoutSlash(told) !== withoutSlash(issuer)) {
    throw issuerInvalid(
      `${url} is of the issuer ${told}, not of ${issuer}.`,
      `Set auth.oidc.issuer to ${told}.`,
    );
  }
  const methods = metadata.token_endpoint_auth_methods_supported;
  return {
    issuer: told,
    authorizationEndpoint: text('authorization_endpoint'),
    tokenEndpoint: text('token_endpoint'),
    ...(metadata.userinfo_endpoint !== undefined && { userinfoEndpoint: text('userinfo_endpoint') }),
    jwksUri: text('jwks_uri'),
    algorithms: algorithmsOf(metadata.id_token_signing_alg_values_supported),
    takesSecretInHeader: !Array.isArray(methods) || methods.includes('client_secret_basic'),
  };
}

/** JSON from the provider. Throws `oidc_unreachable` when nothing, or nothing like it, is answered. */
export async function fetchJson(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  let answer: Response;
  try {
    answer = await fetch(url, { ...init, signal: AbortSignal.timeout(LIMIT_MS) });
  } catch (error) {
    throw unreachable(`${url} can't be reached: ${messageOf(error)}`, error);
  }
  if (!answer.ok) throw unreachable(`${url} answers ${answer.status}.`);
  const value: unknown = await answer.json().catch(() => undefined);
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw unreachable(`${url} does not answer with JSON.`);
}

function algorithmsOf(supported: unknown): readonly string[] {
  if (!Array.isArray(supported)) return ['RS256'];
  return ALGORITHMS.filter((algorithm) => supported.includes(algorithm));
}

function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

function unreachable(message: string, cause?: unknown): DomainError {
  return new DomainError('oidc_unreachable', message, {
    fix: 'Check auth.oidc.issuer, and that this server reaches it: name, firewalls between, certificate.',
    cause,
  });
}

function issuerInvalid(message: string, fix?: string): DomainError {
  return new DomainError('oidc_issuer_invalid', message, {
    fix: fix ?? 'Set auth.oidc.issuer to the issuer URL that the provider documents.',
  });
}
