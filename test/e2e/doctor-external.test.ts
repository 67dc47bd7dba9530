import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { createServer } from 'node:tls';
import type { Diagnosis, Finding } from '../../src/modules/doctor/model.ts';
import { createAuthority, issueLeaf } from '../../src/network/tls/authority.ts';
import { readCertificate } from '../../src/network/tls/certificate.ts';
import { type LiveKit, startLiveKit } from '../fixtures/livekit.ts';
import { startWebhookRelay, type WebhookRelay } from '../fixtures/webhook-relay.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import '../harness/slow.ts';

describe('with a livekit-server elsewhere', () => {
  let relay: WebhookRelay;
  let livekit: LiveKit;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    relay = startWebhookRelay();
    livekit = await startLiveKit({ webhookUrl: relay.url });
  });
  afterAll(async () => {
    await livekit?.stop();
    await relay?.stop();
  });
  afterEach(async () => {
    relay.target = undefined;
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function didarWith(settings: object = {}): Promise<Didar> {
    const didar = await startDidar({
      waitFor: 'health',
      config: {
        livekit: {
          external: true,
          host: livekit.wsUrl,
          internalHost: livekit.url,
          apiKey: livekit.apiKey,
          apiSecret: livekit.apiSecret,
          ...settings,
        },
      },
    });
    ends.push(didar.cleanUp);
    return didar;
  }

  async function examine(didar: Didar) {
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    return (id: string): Finding => {
      const found = findings.find((one) => one.id === id);
      if (found === undefined) throw new Error(`there is no check ${id}`);
      return found;
    };
  }

  test('that is set up right, nothing is wrong', async () => {
    const didar = await didarWith();
    relay.target = `${didar.url}/api/livekit/webhook`;
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    // The harness's configuration has keys that do nothing here, and a secret that others may read: told as such.
    const others = findings.filter(({ id }) => id !== 'config');
    expect(others.filter(({ state }) => state === 'warning' || state === 'failed')).toEqual([]);
    expect(findings.find(({ id }) => id === 'livekit.webhooks')).toMatchObject({ state: 'ok' });
  });

  test('whose webhooks are signed by somebody else, it is told that they are refused, and why', async () => {
    const didar = await didarWith();
    const between = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      async fetch(request) {
        const headers = { 'content-type': 'application/webhook+json', authorization: 'not-a-signature' };
        return fetch(`${didar.url}/api/livekit/webhook`, {
          method: 'POST',
          headers,
          body: await request.arrayBuffer(),
        });
      },
    });
    ends.push(() => between.stop(true));
    relay.target = between.url.href;
    const { state, trouble, evidence, fix } = (await examine(didar))('livekit.webhooks');
    expect({ state, trouble }).toEqual({ state: 'failed', trouble: 'webhook-failed' });
    expect(evidence).toContain('that we refused');
    expect(fix).toContain(`api_key: ${livekit.apiKey}`);
  });

  test('that sends no webhooks, the lines to add are told, with our key and without its secret', async () => {
    const didar = await didarWith();
    const { state, trouble, fix } = (await examine(didar))('livekit.webhooks');
    expect({ state, trouble }).toEqual({ state: 'failed', trouble: 'webhook-missing' });
    expect(fix).toContain(`    - ${didar.url}/api/livekit/webhook\n  api_key: ${livekit.apiKey}`);
    expect(fix).not.toContain(livekit.apiSecret);
  });

  test('that does not know our key, both are named', async () => {
    const didar = await didarWith({ apiSecret: 'another-secret-that-is-long-enough-to-be-one' });
    expect((await examine(didar))('livekit.api')).toMatchObject({
      state: 'failed',
      trouble: 'api-key-unknown',
      key: 'livekit.apiKey',
    });
  });

  test('that shows a certificate of its own, it is told by its fingerprint, and skipTLSVerify takes it', async () => {
    const authority = await createAuthority('Of that server', Date.now());
    const pair = await issueLeaf(authority, { names: [], addresses: ['127.0.0.1'] }, Date.now());
    const { fingerprint } = readCertificate(pair.cert, pair.key);
    const server = createServer(pair, (socket) => {
      const inner = connect(livekit.ports.livekit, '127.0.0.1');
      socket.pipe(inner).pipe(socket);
      socket.on('error', () => inner.destroy());
      inner.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const address = server.address();
    const internalHost = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;

    const refusing = await didarWith({ internalHost });
    const { state, trouble, evidence, fix } = (await examine(refusing))('livekit.api');
    expect({ state, trouble }).toEqual({ state: 'failed', trouble: 'self-signed' });
    expect(evidence).toContain(fingerprint);
    expect(evidence).toMatch(/TCP \d+, then TLS:/);
    expect(fix).toContain('livekit.skipTLSVerify');

    const taking = await didarWith({ internalHost, skipTLSVerify: true });
    expect((await examine(taking))('livekit.api')).toMatchObject({ state: 'ok' });
  });

  test('egress that can not begin there is told with what it lacks', async () => {
    const { apiKey, apiSecret, wsUrl } = livekit;
    // What a key without the right to record would get: LiveKit asks the token, and ours always has it.
    const weaker = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      async fetch(request) {
        const { pathname } = new URL(request.url);
        const headers = new Headers(request.headers);
        const weak = await livekit.token('any', 'nobody', { roomRecord: false });
        if (pathname.includes('livekit.Egress')) headers.set('authorization', `Bearer ${weak}`);
        const { method } = request;
        return fetch(livekit.url + pathname, { method, headers, body: await request.arrayBuffer() });
      },
    });
    ends.push(() => weaker.stop(true));
    const seen = async (internalHost: string, egress: object) => {
      const didar = await startDidar({
        config: {
          livekit: { external: true, host: wsUrl, internalHost, apiKey, apiSecret },
          recording: { backend: 'egress', egress },
        },
      });
      ends.push(didar.cleanUp);
      const { state, trouble, fix } = (await examine(didar))('recording.egress');
      expect({ state, hasFix: fix !== null }).toEqual({ state: 'failed', hasFix: true });
      return trouble;
    };
    expect(await seen(livekit.url, {})).toBe('recording-local-path');
    expect(await seen(livekit.url, { workerUploads: true })).toBe('no-redis-for-egress');
    const through = `http://127.0.0.1:${weaker.port}`;
    expect(await seen(through, { workerUploads: true })).toBe('no-record-grant');
  });

  test.each([
    ['a port where nobody listens', (port: number) => `http://127.0.0.1:${port}`, /: TCP: /],
    ['a name that does not resolve', (port: number) => `http://nowhere.invalid:${port}`, /: DNS: /],
  ])('at %s, the step that fails is named', async (_, url, step) => {
    const didar = await didarWith({ internalHost: url(livekit.ports.spare) });
    const { state, evidence, key } = (await examine(didar))('livekit.api');
    expect({ state, key }).toEqual({ state: 'failed', key: 'livekit.internalHost' });
    expect(evidence).toMatch(step);
  });
});
