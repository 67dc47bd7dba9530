import { describe, expect, test } from 'bun:test';
import { AccessToken, TokenVerifier } from 'livekit-server-sdk';
import { FULL_PERMISSIONS } from '../../access/permissions.ts';
import { systemClock } from '../../lib/clock.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { type JoinGrant, signJoinToken, verifyJoinToken } from './join-token.ts';

const key = { apiKey: 'key', apiSecret: 'a secret of at least thirty-two characters' };
const grant: JoinGrant = {
  room: 'abc-defg-hij',
  identity: 'g_1',
  name: 'Ada Łovelace سلام',
  role: 'guest',
  permissions: { ...FULL_PERMISSIONS, publish: ['microphone', 'camera'] },
  expiresAt: Date.now() + 600_000,
  roomConfig: { emptyTimeout: 300, departureTimeout: 20, maxParticipants: 50 },
};

describe('a join token', () => {
  test('is accepted by the LiveKit SDK and grants exactly the permissions given', async () => {
    const token = signJoinToken({ ...key, clock: systemClock })(grant);
    const claims = await new TokenVerifier(key.apiKey, key.apiSecret).verify(token);
    expect(claims.sub).toBe('g_1');
    expect(claims.name).toBe('Ada Łovelace سلام');
    expect(claims.attributes).toEqual({ role: 'guest' });
    expect(claims.roomConfig).toMatchObject({ emptyTimeout: 300, departureTimeout: 20, maxParticipants: 50 });
    expect(claims.video as unknown).toEqual({
      room: 'abc-defg-hij',
      roomJoin: true,
      canPublish: true,
      canPublishSources: ['microphone', 'camera'],
      canSubscribe: true,
      canPublishData: true,
      canUpdateOwnMetadata: false,
      hidden: false,
    });
  });

  test('of someone who may publish nothing says so, because LiveKit takes an empty list for everything', async () => {
    const sign = signJoinToken({ ...key, clock: systemClock });
    const token = sign({ ...grant, permissions: { ...FULL_PERMISSIONS, publish: [] } });
    const claims = await new TokenVerifier(key.apiKey, key.apiSecret).verify(token);
    expect(claims.video?.canPublish).toBe(false);
  });
});

describe('the check of join tokens', () => {
  test('takes a token until it expires, also when it was seen before', () => {
    const clock = manualClock();
    const verify = verifyJoinToken({ ...key, clock });
    const token = signJoinToken({ ...key, clock })({ ...grant, expiresAt: clock.now() + 600_000 });
    expect(verify(token)).toMatchObject({ room: 'abc-defg-hij', identity: 'g_1', role: 'guest' });
    clock.advance(599_000);
    expect(verify(token)).toBeDefined();
    clock.advance(1_000);
    expect(verify(token)).toBeUndefined();
  });

  test('takes a token that the SDK, or LiveKit itself, signed with the same key', async () => {
    const token = new AccessToken(key.apiKey, key.apiSecret, { identity: 'u_1' });
    token.addGrant({ roomJoin: true, room: 'standup' });
    expect(verifyJoinToken({ ...key, clock: systemClock })(await token.toJwt())).toMatchObject({
      room: 'standup',
      identity: 'u_1',
    });
  });

  test('refuses other keys, changed content, other algorithms, admin tokens and garbage', async () => {
    const verify = verifyJoinToken({ ...key, clock: systemClock });
    const token = signJoinToken({ ...key, clock: systemClock })(grant);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('g_1', 'g_2');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const admin = new AccessToken(key.apiKey, key.apiSecret, { identity: 'x' });
    admin.addGrant({ roomAdmin: true, room: 'standup' });
    const foreign = signJoinToken({ ...key, apiSecret: 'b'.repeat(40), clock: systemClock })(grant);
    const refused = [
      foreign,
      `${header}.${Buffer.from(changed).toString('base64url')}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      await admin.toJwt(),
      signJoinToken({ ...key, apiKey: 'other', clock: systemClock })(grant),
      `${token}.x`,
      'garbage',
      '',
    ];
    for (const each of refused) expect(verify(each)).toBeUndefined();
  });
});
