import { Database } from 'bun:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { signWebhook, webhookToken } from '../fixtures/fake-livekit/webhooks.ts';
import type { Delivery } from '../fixtures/webhook-relay.ts';
import { asAdmin } from '../harness/didar.ts';
import { type External, startExternal } from '../harness/external.ts';
import { type Attendee, attend, createRoom, joinToken, participants } from '../harness/people.ts';
import { createRtcClient, type RtcClient } from '../harness/rtc-client/client.ts';
import '../harness/slow.ts';
import { eventually, never } from '../harness/within.ts';

describe('webhooks are believed when they are LiveKit’s, once, and in their own time', () => {
  let external: External;
  let room: Room;
  let anna: Attendee;
  const clients: RtcClient[] = [];

  beforeAll(async () => {
    external = await startExternal();
  });
  afterAll(async () => {
    await external?.cleanUp();
  });

  beforeEach(async () => {
    room = await createRoom(external.didar, { departureTimeout: 1, emptyTimeout: 1 });
    anna = await attend(external.didar, room.name);
    clients.push(anna.client);
    await eventually(() => external.relay.find('participant_joined', anna.identity), 'her webhook');
  });
  afterEach(async () => {
    external.relay.hold(undefined);
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  const url = () => `${external.didar.url}/api/livekit/webhook`;
  const present = async () => (await participants(external.didar, room.name)).map(({ identity }) => identity);
  const delivery = (kind: string, identity?: string): Promise<Delivery> =>
    eventually(
      () =>
        external.relay.deliveries.find(
          ({ event }) =>
            event.event === kind &&
            event.room?.name === room.name &&
            (identity === undefined || event.participant?.identity === identity),
        ),
      `LiveKit's ${kind}`,
    );
  const events = async (kind: string) => {
    const query = `/api/event?room=${room.name}&kind=${kind}`;
    return (await asAdmin<{ items: DidarEvent[] }>(external.didar, query)).items;
  };

  test('one that comes twice counts once', async () => {
    const joined = await delivery('participant_joined', anna.identity);
    expect(await events('participant.joined')).toHaveLength(1);
    expect(await external.relay.deliver(joined)).toBe(200);
    expect(await external.relay.deliver(joined)).toBe(200);
    expect(await events('participant.joined')).toHaveLength(1);
    expect(await present()).toEqual([anna.identity]);
  });

  test('one that comes after its successor brings nobody back', async () => {
    external.relay.hold(({ event }) => event === 'participant_joined');
    const join = await joinToken(external.didar, room.name);
    const bert = createRtcClient();
    clients.push(bert);
    await bert.connect(join.url, join.token);
    const joined = await delivery('participant_joined', join.identity);
    await bert.disconnect();
    await delivery('participant_left', join.identity);
    expect(await external.relay.deliver(joined)).toBe(200);
    await never(1000, async () => (await present()).includes(join.identity), 'a ghost in the list');
  });

  test('one of an earlier life of the room does not touch the present one', async () => {
    const left = await delivery('participant_joined', anna.identity);
    const sid = left.event.room?.sid;
    external.relay.hold(({ event }) => event === 'room_finished' || event === 'participant_left');
    await anna.client.disconnect();
    const finished = await delivery('room_finished');
    external.relay.hold(undefined);
    const bert = await attend(external.didar, room.name);
    clients.push(bert.client);
    expect(finished.event.room?.sid).toBe(sid as string);
    const old = await delivery('participant_left', anna.identity);
    expect(await external.relay.deliver(old)).toBe(200);
    expect(await external.relay.deliver(finished)).toBe(200);
    const shown = await asAdmin<Room>(external.didar, `/api/room/${room.name}`);
    await bert.client.until(({ roomSid }) => roomSid, 'the client to know the SID of the room');
    expect(shown.session?.sid).toBe(bert.client.state.roomSid as string);
    expect(await present()).toEqual([bert.identity]);
  });

  test('a forged one is refused, whatever is wrong with it, and changes nothing', async () => {
    const { apiKey, apiSecret } = external.livekit;
    const { event } = await delivery('participant_joined', anna.identity);
    const left = { event: 'participant_left', room: event.room, participant: event.participant };
    const { body, headers } = await signWebhook({ apiKey, apiSecret }, left);
    const stranger = await webhookToken({ apiKey: 'APIother', apiSecret }, body);
    const wrongSecret = await webhookToken({ apiKey, apiSecret: 'x'.repeat(40) }, body);
    const otherBody = await webhookToken({ apiKey, apiSecret }, `${body} `);
    const attempts: Record<string, Record<string, string>> = {
      unsigned: {},
      nonsense: { authorization: 'nonsense' },
      'another key': { authorization: stranger },
      'another secret': { authorization: wrongSecret },
      'a signature for another body': { authorization: otherBody },
      'a join token': { authorization: anna.join.token },
    };
    for (const [what, authorization] of Object.entries(attempts)) {
      const answer = await fetch(url(), {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/webhook+json', ...authorization },
      });
      expect({ what, status: answer.status }).toEqual({ what, status: 401 });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    expect(await present()).toEqual([anna.identity]);
    const genuine = await fetch(url(), { method: 'POST', body, headers });
    expect(genuine.status).toBe(200);
  });

  test('one that is no webhook, or far too large, is refused without a server error', async () => {
    const { apiKey, apiSecret } = external.livekit;
    const send = async (body: string) => {
      const authorization = await webhookToken({ apiKey, apiSecret }, body);
      const headers = { 'content-type': 'application/webhook+json', authorization };
      return (await fetch(url(), { method: 'POST', body, headers })).status;
    };
    expect(await send('{"event":')).toBe(400);
    expect(await send('[]')).toBe(400);
    expect(await send(JSON.stringify({ event: 'room_started', id: 'x'.repeat(8_000_000) }))).toBe(413);
    // A kind from a newer LiveKit is none of our business, and no reason for it to be sent again.
    expect(await send(JSON.stringify({ event: 'from_the_future', id: 'EV_future' }))).toBe(200);
  });

  test('one that could not be stored is answered 5xx, so that it comes again, and then counts', async () => {
    external.relay.hold(({ event }) => event === 'participant_left');
    await anna.client.disconnect();
    const left = await delivery('participant_left', anna.identity);
    const path = readdirSync(external.didar.dataDir).find((name) => /\.(db|sqlite)$/.test(name));
    const database = new Database(`${external.didar.dataDir}/${path}`);
    database.run('BEGIN IMMEDIATE');
    try {
      expect(await external.relay.deliver(left)).toBeGreaterThanOrEqual(500);
    } finally {
      database.run('ROLLBACK');
      database.close();
    }
    expect(await external.relay.deliver(left)).toBe(200);
    expect(await present()).toEqual([]);
    expect(await events('participant.left')).toHaveLength(1);
  });
});
