import { beforeAll, describe, expect, test } from 'bun:test';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { DomainError } from '../lib/errors.ts';
import { manualClock } from '../lib/manual-clock.ts';
import { type Expected, verifyIdToken } from './id-token.ts';

const ISSUER = 'https://id.example.org';
const clock = manualClock();
const now = clock.now() / 1000;
const GOOD: JWTPayload = { iss: ISSUER, aud: 'didar', sub: 'ada', nonce: 'n', iat: now, exp: now + 300 };

let key: CryptoKey;
let otherKey: CryptoKey;
let expected: Expected;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  key = pair.privateKey;
  otherKey = (await generateKeyPair('ES256')).privateKey;
  expected = {
    provider: { issuer: ISSUER, algorithms: ['ES256', 'RS256'] },
    keys: createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: '1', alg: 'ES256' }] }),
    clientId: 'didar',
    nonce: 'n',
    clock,
  };
});

const sign = (change: JWTPayload = {}, by = key, kid = '1') =>
  new SignJWT({ ...GOOD, ...change }).setProtectedHeader({ alg: 'ES256', kid }).sign(by);

async function codeOf(token: string): Promise<string> {
  try {
    return (await verifyIdToken(token, expected)).sub;
  } catch (error) {
    return error instanceof DomainError ? error.code : String(error);
  }
}

test('an ID token of this issuer, for this client and this sign-in, says who it is', async () => {
  expect(await codeOf(await sign())).toBe('ada');
  expect(await codeOf(await sign({ aud: ['didar', 'other'], azp: 'didar' }))).toBe('ada');
  // Clocks that are half a minute apart.
  expect(await codeOf(await sign({ iat: now + 30 }))).toBe('ada');
});

describe('an ID token is refused that is', () => {
  const others: [string, () => Promise<string> | string][] = [
    ['for another audience', () => sign({ aud: 'another' })],
    ['for several, none of them named', () => sign({ aud: ['didar', 'other'] })],
    ['made for another client', () => sign({ azp: 'other' })],
    ['of another sign-in', () => sign({ nonce: 'm' })],
    ['of no sign-in', () => sign({ nonce: undefined })],
    ['of another issuer', () => sign({ iss: 'https://id.example.com' })],
    ['of nobody', () => sign({ sub: '' })],
    ['signed with another key', () => sign({}, otherKey)],
    ['signed with an unknown key', () => sign({}, otherKey, '2')],
    ['not signed (alg none)', () => new UnsecuredJWT(GOOD).encode()],
    [
      'signed with a shared secret (HS256)',
      () => new SignJWT(GOOD).setProtectedHeader({ alg: 'HS256', kid: '1' }).sign(new Uint8Array(32)),
    ],
    ['no token', () => 'nonsense'],
  ];
  test.each(others)('%s', async (_, token) => {
    expect(await codeOf(await token())).toBe('oidc_token_invalid');
  });
});

test('a token from another time is told as clocks that differ, by how much and how to mend it', async () => {
  for (const change of [
    { iat: now - 3600, exp: now - 3300 },
    { iat: now + 3600, exp: now + 3900 },
    { iat: now - 3600 },
  ])
    expect(await codeOf(await sign(change))).toBe('oidc_clock_skew');
  const error = await verifyIdToken(await sign({ iat: now + 3600, exp: now + 3900 }), expected).catch(
    (e) => e,
  );
  expect(error).toMatchObject({
    message: 'The ID token was made 3600 s in the future, by the clock of this server.',
    fix: expect.stringContaining('timedatectl'),
  });
});
