import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type LiveKit, livekitBinary, startLiveKit } from '../../../test/fixtures/livekit.ts';
import { createRtcClient, type RtcClient } from '../../../test/harness/rtc-client/client.ts';
import { within } from '../../../test/harness/within.ts';
import { fakeRoom } from '../../../test/tui/fake-world.ts';
import { FULL_PERMISSIONS, type Permissions } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { rooms } from '../../db/schema.ts';
import { systemClock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { createLiveKitApi } from '../../livekit/api/livekit-api.ts';
import { signJoinToken } from '../../livekit/tokens/join-token.ts';
import { receiveWebhook } from '../../livekit/webhook/webhook.ts';
import { createDenials } from '../denials/denials.ts';
import { createGrants } from '../denials/grants.ts';
import { createEventRepo } from '../events/repo.ts';
import { createEvents } from '../events/service.ts';
import { createLive } from '../live/live.ts';
import { liveRoutes } from '../live/routes.ts';
import { createSpeaking } from '../live/speaking.ts';
import { createAddresses } from './addresses.ts';
import { createEnforcement } from './enforcement.ts';
import { createEntitlements } from './entitlement.ts';
import { createLoginMarks } from './login-marks.ts';
import type { ModeratedRoom } from './moderation.ts';
import { createParticipants } from './participants.ts';
import { createPutOut } from './put-out.ts';

const ROOM = 'standup';
const LIMIT_MS = 30_000;
const local: Principal = { kind: 'local' };

const binary = (() => {
  try {
    return livekitBinary();
  } catch {
    return undefined;
  }
})();

describe.skipIf(binary === undefined)('with a real livekit-server (skipped where none was built)', () => {
  let livekit: LiveKit;
  let db: Database;
  let house: ReturnType<typeof build>;
  const clients: RtcClient[] = [];

  beforeAll(async () => {
    db = openDatabase(':memory:', { log: silentLogger });
    const receiver = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => house.webhooks(request),
    });
    livekit = await startLiveKit({ webhookUrl: `http://127.0.0.1:${receiver.port}/api/livekit/webhook` });
    house = build(receiver);
    const base = { title: ROOM, access: 'public', createdBy: 'local', createdAt: 0, updatedAt: 0 } as const;
    const numbers = { maxParticipants: 50, emptyTimeout: 300, departureTimeout: 20 };
    db.orm
      .insert(rooms)
      .values({
        ...base,
        ...numbers,
        id: 'r_1',
        name: ROOM,
        state: 'open',
        locked: false,
        permissions: FULL_PERMISSIONS,
      })
      .run();
  }, LIMIT_MS);

  afterAll(async () => {
    house.live.stop();
    await Promise.all(clients.map((client) => client.close()));
    await livekit.stop();
    house.receiver.stop(true);
    db.close();
  }, LIMIT_MS);

  function build(receiver: Bun.Server<undefined>) {
    const { apiKey, apiSecret, url } = livekit;
    const key = { apiKey, apiSecret };
    const clock = systemClock;
    const log = silentLogger;
    const room: ModeratedRoom = {
      id: 'r_1',
      name: ROOM,
      access: 'public',
      state: 'open',
      permissions: FULL_PERMISSIONS,
      roles: {},
      lowered: null,
    };
    const rooms = { byName: (name: string) => (name === ROOM ? room : undefined) };
    const standingOf = () => undefined;
    const api = createLiveKitApi({ ...key, url: () => url, skipTLSVerify: false, clock });
    const events = createEvents({ repo: createEventRepo(db), clock });
    const denials = createDenials({ db, events, clock });
    const grants = createGrants({ db, clock });
    const live = createLive({
      db,
      events,
      clock,
      log,
      livekit: api,
      isMicLocked: (_room, person) => entitlements.isMicLocked(room, person),
      rooms,
      describeRoom: () => null,
      onPresent: (participant) => enforcement.seen(participant),
    });
    const drop = () => undefined;
    const putOut = createPutOut({ livekit: api, live, drop });
    const entitlements = createEntitlements({ grants, standingOf });
    const enforcement = createEnforcement({
      denials,
      decisionOf: () => undefined,
      entitlements,
      standingOf,
      rooms,
      livekit: api,
      live,
      putOut,
      loginMarks: createLoginMarks(),
      log,
    });
    const people = createParticipants({
      live,
      speaking: createSpeaking({ events }),
      livekit: api,
      denials,
      grants,
      events,
      log,
      addresses: createAddresses(),
      visible: () => ({ row: room, facts: {} }),
      standingOf,
      entitlements,
      putOut,
      drop,
      clock,
      setLowered: async () => fakeRoom(ROOM),
    });
    const app = liveRoutes({ live, hearEgress: () => undefined, receive: receiveWebhook(key) });
    const sign = signJoinToken({ ...key, clock });
    return {
      api,
      live,
      people,
      denials,
      grants,
      room,
      sign,
      receiver,
      webhooks: (r: Request) => app.handle(r),
    };
  }

  async function connect(identity: string, permissions: Permissions = FULL_PERMISSIONS): Promise<RtcClient> {
    const client = createRtcClient();
    clients.push(client);
    const roomConfig = { emptyTimeout: 100, departureTimeout: 7, maxParticipants: 9 };
    const expiresAt = Date.now() + 600_000;
    const person = { identity, name: identity, role: 'attendee', permissions } as const;
    await client.connect(livekit.wsUrl, house.sign({ ...person, room: ROOM, expiresAt, roomConfig }));
    return client;
  }

  async function enter(identity: string, permissions?: Permissions): Promise<RtcClient> {
    if (permissions) house.grants.set('r_1', identity, permissions);
    const client = await connect(identity, permissions);
    await within(LIMIT_MS, () => seen(identity)?.state === 'active', `${identity} is in the state`);
    return client;
  }

  const seen = (identity: string) => house.live.participant(ROOM, identity);

  test('webhooks bring who joins, with what they may do and publish, into a room with its settings', async () => {
    const ada = await enter('u_ada', { ...FULL_PERMISSIONS, publish: ['microphone', 'camera'] });
    await ada.publishMicrophone(440);
    await within(LIMIT_MS, () => seen('u_ada')?.tracks.length === 1, 'the microphone is in the state');
    expect(seen('u_ada')).toMatchObject({
      role: 'attendee',
      tracks: [{ source: 'microphone', kind: 'audio', muted: false }],
      permissions: { publish: ['microphone', 'camera'], subscribe: true, data: true, hidden: false },
    });
    const [room] = await livekit.service.listRooms([ROOM]);
    expect([room?.emptyTimeout, room?.departureTimeout, room?.maxParticipants]).toEqual([100, 7, 9]);
    expect(house.live.room(ROOM)?.startedAt).toBe(Number(room?.creationTimeMs));
    await ada.setMuted('microphone', true);
    await within(
      LIMIT_MS,
      async () => {
        await house.live.reconcile();
        return seen('u_ada')?.tracks[0]?.muted;
      },
      'the reconcile sees what no webhook tells',
    );
    await ada.setMuted('microphone', false);
  }, 60_000);

  test('mute, unmute, lock and unlock hold at the client, for one who may only speak too', async () => {
    const bob = await enter('u_bob', { ...FULL_PERMISSIONS, publish: ['microphone'] });
    await bob.publishMicrophone(660);
    await within(LIMIT_MS, () => seen('u_bob')?.tracks.length === 1, 'the microphone is in the state');

    expect((await house.people.mute(local, ROOM, 'u_bob', false)).tracks).toMatchObject([{ muted: true }]);
    expect(await house.people.unmute(local, ROOM, 'u_bob')).toMatchObject({ state: 'done' });

    expect(await house.people.mute(local, ROOM, 'u_bob', true)).toMatchObject({
      micLocked: true,
      permissions: { publish: [] },
    });
    await within(LIMIT_MS, () => seen('u_bob')?.tracks.length === 0, 'the microphone is unpublished');
    const { state } = await house.people.unmute(local, ROOM, 'u_bob');
    expect(state).toBe('requested');
    await bob.until(({ data }) => JSON.stringify(data).includes('unmute'), 'the client is asked to unmute');
    expect(seen('u_bob')).toMatchObject({ micLocked: false });
    expect(seen('u_bob')?.permissions.publish).toContain('microphone');
  }, 60_000);

  test('a grant comes back from LiveKit as it was made, so that nothing is set twice', async () => {
    const changed = await house.people.change(local, ROOM, 'u_ada', { publish: ['camera'], data: false });
    const expected = { publish: ['camera'], subscribe: true, data: false, hidden: false } as const;
    expect(changed.permissions).toEqual({ ...expected, publish: [...expected.publish] });
    await house.live.reconcile();
    expect(seen('u_ada')?.permissions).toEqual(changed.permissions);
  }, 60_000);

  test('kick puts out, and who comes back past the gate is put out again', async () => {
    await house.people.kick(local, ROOM, 'u_ada');
    expect(seen('u_ada')).toBeUndefined();
    const back = await connect('u_ada');
    await back.until(({ connection }) => connection === 'disconnected', 'being put out again');
    expect(back.state.disconnectReason).toBe('PARTICIPANT_REMOVED');
    await within(LIMIT_MS, () => seen('u_ada') === undefined, 'being out of the state');
  }, 60_000);

  test('what LiveKit refuses has a name', async () => {
    const codes = await Promise.all(
      [
        house.api.removeParticipant(ROOM, 'u_nobody'),
        house.api.removeParticipant('nowhere', 'u_nobody'),
        house.api.deleteRoom('nowhere'),
        createLiveKitApi({
          ...livekit,
          url: () => livekit.url,
          apiSecret: 'w'.repeat(40),
          skipTLSVerify: false,
          clock: systemClock,
        }).listRooms(),
        createLiveKitApi({
          ...livekit,
          url: () => 'http://127.0.0.1:1',
          skipTLSVerify: false,
          clock: systemClock,
        }).listRooms(),
        createLiveKitApi({
          ...livekit,
          url: () => undefined,
          skipTLSVerify: false,
          clock: systemClock,
        }).listRooms(),
      ].map((call) =>
        call.then(String, (error: unknown) => (error instanceof DomainError ? error.code : String(error))),
      ),
    );
    expect(codes).toEqual([
      'participant_not_found',
      'participant_not_found',
      'room_not_found',
      'livekit_unauthorized',
      'livekit_unavailable',
      'livekit_unavailable',
    ]);
    expect(await house.api.listParticipants('nowhere')).toEqual([]);
  });

  test('a closed room leaves nothing behind', async () => {
    await house.api.deleteRoom(ROOM);
    await within(LIMIT_MS, () => house.live.totals().rooms === 0, 'the room is out of the state');
    expect(house.live.totals()).toEqual({ rooms: 0, participants: 0 });
  }, 60_000);
});
