import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ParticipantInfo, TrackSource, WebhookEvent } from '@livekit/protocol';
import { RoomServiceClient, WebhookReceiver } from 'livekit-server-sdk';
import '../harness/slow.ts';
import { type FakeLiveKit, startFakeLiveKit } from '../fixtures/fake-livekit/fake-livekit.ts';
import { type LiveKit, startLiveKit } from '../fixtures/livekit.ts';
import { createRtcClient, type RtcClient } from '../harness/rtc-client/client.ts';
import { eventually } from '../harness/within.ts';

/**
 * The fake is only worth something while it answers as LiveKit does. So the same calls go to both, and the shapes
 * (which fields are there, of what type) and the refusals must be the same.
 */
describe('the fake LiveKit answers like the real one', () => {
  const received: { real: WebhookEvent[]; fake: WebhookEvent[] } = { real: [], fake: [] };
  let sink: ReturnType<typeof Bun.serve>;
  let real: LiveKit;
  let fake: FakeLiveKit;
  let client: RtcClient;

  beforeAll(async () => {
    sink = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        const which = new URL(request.url).pathname === '/real' ? 'real' : 'fake';
        const { apiKey, apiSecret } = which === 'real' ? real : fake;
        const receiver = new WebhookReceiver(apiKey, apiSecret);
        const body = await request.text();
        const event = await receiver.receive(body, request.headers.get('authorization') ?? '');
        received[which].push(new WebhookEvent(event));
        return new Response();
      },
    });
    real = await startLiveKit({ webhookUrl: `${sink.url}real` });
    fake = startFakeLiveKit({ webhookUrl: `${sink.url}fake` });
    client = createRtcClient();
    await client.connect(real.wsUrl, await real.token('standup', 'anna'));
    await client.publishMicrophone(440);
    await fake.join('standup', 'anna', { sources: [TrackSource.MICROPHONE] });
    await eventually(async () => {
      const [room] = await real.service.listRooms();
      return room?.numParticipants === 1 && room.numPublishers === 1;
    }, 'the real room to count its publisher');
  });

  afterAll(async () => {
    await client?.close();
    await real?.stop();
    await fake?.stop();
    await sink?.stop(true);
  });

  const services = () => ({
    real: real.service,
    fake: new RoomServiceClient(fake.url, fake.apiKey, fake.apiSecret),
  });

  async function both<T>(call: (service: RoomServiceClient, which: 'real' | 'fake') => Promise<T>) {
    const { real: r, fake: f } = services();
    return { real: await call(r, 'real'), fake: await call(f, 'fake') };
  }

  test('rooms have the same fields', async () => {
    const { real: r, fake: f } = await both(async (service) => (await service.listRooms(['standup']))[0]);
    expect(r?.toJson()).toBeDefined();
    expect(Object.keys(f?.toJson() ?? {})).toEqual(
      expect.arrayContaining([
        'sid',
        'name',
        'creationTime',
        'numParticipants',
        'numPublishers',
        'emptyTimeout',
        'departureTimeout',
      ]),
    );
    for (const field of ['numParticipants', 'numPublishers', 'emptyTimeout', 'departureTimeout'] as const) {
      expect(f?.[field]).toBe(r?.[field] as number);
    }
    expect(f?.sid.slice(0, 3)).toBe(r?.sid.slice(0, 3) as string);
  });

  test('participants have the same identity, state, rights and tracks', async () => {
    const { real: r, fake: f } = await both((service) => service.getParticipant('standup', 'anna'));
    const shape = (p: ParticipantInfo) => ({
      identity: p.identity,
      name: p.name,
      state: p.state,
      isPublisher: p.isPublisher,
      sid: p.sid.slice(0, 3),
      joined: p.joinedAt > 0n && p.joinedAtMs > 0n,
      tracks: p.tracks.map(({ sid, source, type, muted }) => [sid.slice(0, 3), source, type, muted]),
      permission: [p.permission?.canPublish, p.permission?.canSubscribe, p.permission?.canPublishData],
    });
    expect(shape(f)).toEqual(shape(r));
    const lists = await both((service) => service.listParticipants('standup'));
    expect(lists.fake.map(shape)).toEqual(lists.real.map(shape));
  });

  test('the same mistakes get the same refusals', async () => {
    const refusal = (error: unknown) => {
      const { status, code } = error as { status: number; code: string };
      return { status, code };
    };
    const attempts: ((service: RoomServiceClient) => Promise<unknown>)[] = [
      (service) => service.removeParticipant('standup', 'nobody'),
      (service) => service.getParticipant('nowhere', 'nobody'),
      (service) => service.mutePublishedTrack('standup', 'anna', 'TR_none', true),
      (service) => service.mutePublishedTrack('standup', 'nobody', 'TR_none', true),
      (service) => service.sendData('nowhere', new Uint8Array(1), 0, {}),
      (service) => service.deleteRoom('nowhere'),
      (service) => service.updateParticipant('standup', 'nobody', 'x'),
    ];
    const refusals = await both((service) =>
      Promise.all(attempts.map((attempt) => attempt(service).then(() => 'done', refusal))),
    );
    expect(refusals.fake).toEqual(refusals.real);
    const stranger = (url: string, key: string) =>
      new RoomServiceClient(url, key, 'x'.repeat(40)).listRooms();
    const [r, f] = await Promise.all([
      stranger(real.url, real.apiKey).then(() => 'done', refusal),
      stranger(fake.url, fake.apiKey).then(() => 'done', refusal),
    ]);
    expect(f).toEqual(r);
    const empty = await both((service) => service.listParticipants('nowhere'));
    expect(empty.fake).toEqual(empty.real);
  });

  test('mute, rights, data, removal and the end of a room take effect and are told', async () => {
    const muted = await both(async (service) => {
      const { tracks } = await service.getParticipant('standup', 'anna');
      const track = await service.mutePublishedTrack('standup', 'anna', tracks[0]?.sid ?? '', true);
      await service.sendData('standup', new TextEncoder().encode('hi'), 0, { topic: 't' });
      return track?.muted;
    });
    expect(muted).toEqual({ real: true, fake: true });
    const rights = await both(async (service) => {
      const permission = { canPublish: false, canSubscribe: true, canPublishData: true };
      const { permission: now } = await service.updateParticipant('standup', 'anna', { permission });
      return now?.canPublish;
    });
    expect(rights).toEqual({ real: false, fake: false });
    await both((service) => service.removeParticipant('standup', 'anna'));
    await both((service) => service.deleteRoom('standup'));
    const kinds = (which: 'real' | 'fake') => new Set(received[which].map(({ event }) => event));
    const expected = [
      'room_started',
      'participant_joined',
      'track_published',
      'track_unpublished',
      'participant_left',
      'room_finished',
    ];
    await eventually(() => expected.every((kind) => kinds('real').has(kind)), 'the webhooks of the real one');
    await eventually(() => expected.every((kind) => kinds('fake').has(kind)), 'the webhooks of the fake one');
  });

  test('webhooks have the same fields', () => {
    const fields = (which: 'real' | 'fake', kind: string) => {
      const event = received[which].find((e) => e.event === kind);
      return {
        id: event?.id.slice(0, 3),
        dated: (event?.createdAt ?? 0n) > 0n,
        room: event?.room?.name,
        participant: event?.participant?.identity,
        track: event?.track?.sid.slice(0, 3),
      };
    };
    for (const kind of ['room_started', 'participant_joined', 'track_published', 'room_finished']) {
      expect({ kind, ...fields('fake', kind) }).toEqual({ kind, ...fields('real', kind) });
    }
  });

  test('five thousand participants in five hundred rooms are there within seconds', async () => {
    await fake.populate({ rooms: 500, each: 10, quiet: true });
    const rooms = await services().fake.listRooms();
    expect(rooms).toHaveLength(500);
    expect(rooms.reduce((sum, room) => sum + room.numParticipants, 0)).toBe(5000);
  });
});
