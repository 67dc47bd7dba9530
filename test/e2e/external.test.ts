import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { Ready, System } from '../../src/modules/system/model.ts';
import type { Usage } from '../../src/modules/usage/model.ts';
import { startLiveKit } from '../fixtures/livekit.ts';
import { startTlsTerminator } from '../fixtures/tls-terminator.ts';
import { asAdmin, startDidar } from '../harness/didar.ts';
import { type External, startExternal } from '../harness/external.ts';
import { attend, createRoom, participant, participants } from '../harness/people.ts';
import { createRtcClient } from '../harness/rtc-client/client.ts';
import '../harness/slow.ts';
import { eventually, within } from '../harness/within.ts';

/** Ten seconds are promised; the rest is for a busy machine. */
const RECONCILE_LIMIT_MS = 15_000;

describe('with a livekit-server of somebody else', () => {
  let external: External;

  beforeAll(async () => {
    external = await startExternal();
  });
  afterAll(async () => {
    await external?.cleanUp();
  });

  test('no child is started, and the status says so', async () => {
    const { livekit } = await asAdmin<System>(external.didar, '/api/system');
    expect(livekit).toMatchObject({ mode: 'external', state: 'ready', pid: null });
  });

  test('what it takes of its machine is not known here, and is not told as nothing', async () => {
    const measured = await eventually(async () => {
      const usage = await asAdmin<Usage>(external.didar, '/api/system/usage');
      return usage.cpu && usage;
    }, 'the first measurement');
    expect([measured.cpu?.livekit, measured.memory?.livekit]).toEqual([null, null]);
    expect(measured.memory?.didar).toBeGreaterThan(0);
  });

  test('people meet there directly, and the state follows', async () => {
    const room = await createRoom(external.didar);
    const anna = await attend(external.didar, room.name);
    const bert = await attend(external.didar, room.name);
    try {
      expect(anna.join.url).toBe(external.livekit.wsUrl);
      await anna.client.publishMicrophone(440);
      await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
      await eventually(
        async () => (await participant(external.didar, room.name, anna.identity))?.tracks.length === 1,
        'the track in the state',
      );
      await bert.client.disconnect();
      await eventually(
        async () => (await participants(external.didar, room.name)).length === 1,
        'bert to be gone',
      );
    } finally {
      await Promise.all([anna.client.close(), bert.client.close()]);
    }
  });

  test('who was kicked and comes back past us, with the old token, is put out within a second', async () => {
    const room = await createRoom(external.didar);
    const anna = await attend(external.didar, room.name);
    const again = createRtcClient();
    try {
      await asAdmin(external.didar, `/api/room/${room.name}/participants/${anna.identity}/kick`, {
        json: {},
      });
      await anna.client.until((state) => state.connection === 'disconnected', 'anna to be out', 5000);
      const started = performance.now();
      await again.connect(anna.join.url, anna.join.token).catch(() => undefined);
      await again.until((state) => state.connection !== 'connected', 'anna to be out again', 10_000);
      const since = performance.now() - started - (Number.isNaN(again.connectMs) ? 0 : again.connectMs);
      expect(since).toBeLessThan(2000);
    } finally {
      await Promise.all([anna.client.close(), again.close()]);
    }
  });

  test('without webhooks the reconcile puts them out, and finds out who is there, within ten seconds', async () => {
    const room = await createRoom(external.didar);
    const anna = await attend(external.didar, room.name);
    const again = createRtcClient();
    const bert = createRtcClient();
    external.relay.hold(() => true);
    try {
      await asAdmin(external.didar, `/api/room/${room.name}/participants/${anna.identity}/kick`, {
        json: {},
      });
      await anna.client.until((state) => state.connection === 'disconnected', 'anna to be out', 5000);
      await again.connect(anna.join.url, anna.join.token).catch(() => undefined);
      await bert.connect(external.livekit.wsUrl, await external.livekit.token(room.name, 'g_bert'));
      await again.until(
        (state) => state.connection !== 'connected',
        'anna to be out again',
        RECONCILE_LIMIT_MS,
      );
      await within(
        RECONCILE_LIMIT_MS,
        async () => (await asAdmin<Room>(external.didar, `/api/room/${room.name}`)).participants === 1,
        'the reconcile to find bert, and him alone',
      );
    } finally {
      external.relay.hold(undefined);
      await Promise.all([anna.client.close(), again.close(), bert.close()]);
    }
  });
});

describe('when the livekit-server of somebody else is not there', () => {
  test('the API stays up and says what is missing', async () => {
    const didar = await startDidar({
      waitFor: 'health',
      config: {
        livekit: {
          external: true,
          host: 'ws://127.0.0.1:9',
          internalHost: 'http://127.0.0.1:9',
          apiKey: 'APItest',
          apiSecret: 'a-secret-of-the-tests-that-is-long-enough',
        },
      },
    });
    try {
      const ready = await didar.api<{ checks: { livekit: { ok: boolean; reason: string } } }>('/api/ready');
      expect(ready.status).toBe(503);
      expect(ready.body.checks.livekit.ok).toBe(false);
      expect(ready.body.checks.livekit.reason).not.toBe('');
      const room = await createRoom(didar);
      const join = await didar.api('/api/room/join', { json: { room: room.name, name: 'Anna' } });
      expect(join).toMatchObject({ status: 503, body: { code: 'livekit_unavailable' } });
    } finally {
      await didar.cleanUp();
    }
  });
});

test('a self-signed certificate of the external server is refused by name, and accepted when told so', async () => {
  const livekit = await startLiveKit();
  const tls = await startTlsTerminator(livekit.ports.livekit);
  const settings = {
    external: true,
    host: livekit.wsUrl,
    internalHost: `https://127.0.0.1:${tls.port}`,
    apiKey: livekit.apiKey,
    apiSecret: livekit.apiSecret,
  };
  try {
    const strict = await startDidar({ waitFor: 'health', config: { livekit: settings } });
    try {
      const ready = await eventually(async () => {
        const answer = await strict.api<Ready>('/api/ready');
        return answer.body.checks.livekit.reason && answer;
      }, 'a reason');
      expect(ready.status).toBe(503);
      const { reason, fix } = ready.body.checks.livekit;
      expect(`${reason} ${fix}`).toMatch(/certificate|self.signed/i);
      expect(`${reason} ${fix}`).toContain('skipTLSVerify');
    } finally {
      await strict.cleanUp();
    }
    const told = await startDidar({ config: { livekit: { ...settings, skipTLSVerify: true } } });
    try {
      const room = await createRoom(told);
      const anna = await attend(told, room.name);
      await asAdmin(told, `/api/room/${room.name}/participants/${anna.identity}/kick`, { json: {} });
      await anna.client.until((state) => state.connection === 'disconnected', 'the kick to work', 5000);
      await anna.client.close();
    } finally {
      await told.cleanUp();
    }
  } finally {
    await tls.stop();
    await livekit.stop();
  }
});

test('where the own livekit is open to clients, who was kicked is put out when they come past the proxy', async () => {
  const didar = await startDidar({ config: { livekit: { bind: '0.0.0.0' } } });
  const again = createRtcClient();
  try {
    const room = await createRoom(didar);
    const anna = await attend(didar, room.name);
    await asAdmin(didar, `/api/room/${room.name}/participants/${anna.identity}/kick`, { json: {} });
    await anna.client.until((state) => state.connection === 'disconnected', 'anna to be out', 5000);
    await anna.client.close();
    await again.connect(`ws://127.0.0.1:${didar.ports.livekit}`, anna.join.token).catch(() => undefined);
    await again.until((state) => state.connection !== 'connected', 'anna to be out again', 5000);
    expect(await participants(didar, room.name)).toEqual([]);
  } finally {
    await again.close();
    await didar.cleanUp();
  }
});
