/**
 * What join requests are compared with: one Elysia route that signs the same token and does nothing else. `sdk`
 * signs with livekit-server-sdk, as anyone would; `own` with the signer of Didar. Prints its port.
 */
import { Elysia, t } from 'elysia';
import { AccessToken, TrackSource } from 'livekit-server-sdk';
import { FULL_PERMISSIONS } from '../../../src/access/permissions.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { signJoinToken } from '../../../src/livekit/tokens/join-token.ts';

const TTL_MS = 600_000;
const key = { apiKey: 'APIbench', apiSecret: 'a-secret-of-the-bench-that-is-long-enough' };
const person = { identity: 'u_0abcdefghijklmnopqrstuv', name: 'Person 1' };
const roomConfig = { emptyTimeout: 300, departureTimeout: 20, maxParticipants: 100 };
const signOwn = signJoinToken({ ...key, clock: systemClock });

function signWithSdk(room: string): Promise<string> {
  const token = new AccessToken(key.apiKey, key.apiSecret, {
    ...person,
    ttl: TTL_MS / 1000,
    attributes: { role: 'attendee' },
  });
  token.addGrant({
    room,
    roomJoin: true,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
    canPublishSources: [
      TrackSource.MICROPHONE,
      TrackSource.CAMERA,
      TrackSource.SCREEN_SHARE,
      TrackSource.SCREEN_SHARE_AUDIO,
    ],
    canUpdateOwnMetadata: false,
  });
  return token.toJwt();
}

const body = t.Object({ room: t.String() });
const app = new Elysia();
if (process.argv[2] === 'sdk') {
  app.post('/api/room/join', async ({ body: { room } }) => ({ token: await signWithSdk(room) }), { body });
} else {
  app.post(
    '/api/room/join',
    ({ body: { room } }) => ({
      token: signOwn({
        room,
        ...person,
        role: 'attendee',
        permissions: FULL_PERMISSIONS,
        expiresAt: Date.now() + TTL_MS,
        roomConfig,
      }),
    }),
    { body },
  );
}
app.listen({ port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port));
