import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';

export type JwtClaims = Readonly<Record<string, unknown>>;

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

/**
 * Signs JWTs (RFC 7519, HS256) synchronously: a request is then authenticated, and a join answered, in one turn of
 * the event loop. jose, whose WebCrypto is behind promises, takes about ten times as long; tests hold both together.
 */
export function createJwtSigner(secret: string): (claims: JwtClaims) => string {
  const key = createSecretKey(secret, 'utf8');
  return (claims) => {
    const content = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
  };
}

/** The claims of a token signed with this secret by HS256, or undefined. Looks at the signature only, not at times. */
export function createJwtVerifier(secret: string): (token: string) => JwtClaims | undefined {
  const key = createSecretKey(secret, 'utf8');
  return (token) => {
    const [header, payload, signature, ...rest] = token.split('.');
    if (!header || !payload || !signature || rest.length > 0) return undefined;
    if (parseObject(header)?.alg !== 'HS256') return undefined;
    const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest();
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return parseObject(payload);
  };
}

function parseObject(base64url: string): JwtClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as JwtClaims) : undefined;
  } catch {
    return undefined; // not JSON, so not a token
  }
}
