import { afterEach, expect, test } from 'bun:test';
import { Webhook } from 'standardwebhooks';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { PingResult, WebhookCreated, WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { eventually } from '../harness/within.ts';

interface Message {
  readonly type: string;
  readonly data: DidarEvent;
}

const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
}, 60_000);

async function server(allowedNetworks: readonly string[]): Promise<Didar> {
  const didar = await startDidar({ config: { webhooks: { allowedNetworks } }, waitFor: 'health' });
  closes.push(() => didar.cleanUp());
  return didar;
}

/** A receiver that checks signatures by the spec's own library, on one port for all its lives. */
function receiver(secret: () => string) {
  const messages: Message[] = [];
  const begin = (port: number) => {
    const server = Bun.serve({
      port,
      hostname: '127.0.0.1',
      async fetch(request) {
        const headers = Object.fromEntries(request.headers);
        messages.push(new Webhook(secret()).verify(await request.text(), headers) as Message);
        return new Response(null, { status: 204 });
      },
    });
    closes.push(() => server.stop(true));
    return server;
  };
  return { messages, begin };
}

test('what happened while the receiver and then the server were away comes afterwards, signed and in order', async () => {
  const didar = await server(['127.0.0.1']);
  const cli = (...args: string[]) => didar.cli(['webhook', ...args, '--socket', didar.socket]);
  let secret = '';
  const { messages, begin } = receiver(() => secret);
  let there = begin(0);
  const to = `http://127.0.0.1:${there.port}/hook`;
  const made = await cli('create', '--to', to, '--kind', 'room.', '--json');
  expect(made).toMatchObject({ stderr: '' });
  const { id, ...webhook } = JSON.parse(made.stdout) as WebhookCreated;
  secret = webhook.secret;

  expect((await cli('ping', id)).stdout).toContain('taken in with status 204');
  await didar.local('/api/room', { method: 'POST', json: { name: 'standup' } });
  await eventually(() => messages.some(({ type }) => type === 'room.created'), 'the room to be told');

  const { port } = there;
  await there.stop(true);
  for (const title of ['one', 'two', 'three']) {
    await didar.local('/api/room/standup', { method: 'PATCH', json: { title } });
  }
  await didar.kill9();
  there = begin(port ?? 0);
  await didar.restart();
  const titles = () =>
    messages
      .filter(({ type }) => type === 'room.changed')
      .map(({ data }) => (data.data.after as { title: string }).title);
  await eventually(() => titles().length >= 3, 'the changes to be told');
  expect([...new Set(titles())]).toEqual(['one', 'two', 'three']);
  await eventually(async () => {
    const { body } = await didar.local<WebhookEndpoint>(`/api/webhook/${id}`);
    return body.pending === 0 && body.dead === 0;
  }, 'nothing to wait any more');
  expect(didar.logs()).not.toContain(secret.slice('whsec_'.length));
}, 60_000);

test('an address of this machine is refused, also by a name, unless it is allowed', async () => {
  const didar = await server([]);
  let asked = 0;
  const { port } = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch() {
      asked += 1;
      return new Response();
    },
  });
  for (const host of ['127.0.0.1', 'localhost']) {
    const { body } = await didar.local<WebhookCreated>('/api/webhook', {
      method: 'POST',
      json: { url: `http://${host}:${port}/` },
    });
    const { body: ping } = await didar.local<PingResult>(`/api/webhook/${body.id}/ping`, { method: 'POST' });
    expect([host, ping.ok, ping.error?.code]).toEqual([host, false, 'webhook_address_refused']);
    expect(ping.error?.fix).toContain('webhooks.allowedNetworks');
  }
  expect(asked).toBe(0);
}, 60_000);

test('a receiver that never answers holds up nobody else, and one that is gone is switched off', async () => {
  const didar = await server(['127.0.0.1']);
  const cli = (...args: string[]) => didar.cli(['webhook', ...args, '--socket', didar.socket]);
  let hanging = 0;
  let most = 0;
  const arrived = new Set<string>();
  const hooks = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/gone') return new Response(null, { status: 410 });
      if (pathname === '/well') {
        arrived.add(String(((await request.json()) as Message).data.room));
        return new Response();
      }
      most = Math.max(most, ++hanging);
      // Longer than anyone waits.
      await Bun.sleep(11_000);
      hanging -= 1;
      return new Response();
    },
  });
  closes.push(() => hooks.stop(true));
  for (const path of ['never', 'gone', 'well']) {
    const url = `http://127.0.0.1:${hooks.port}/${path}`;
    await didar.local('/api/webhook', { method: 'POST', json: { url, name: path, kinds: ['room.created'] } });
  }
  const begun = performance.now();
  for (let n = 0; n < 40; n += 1) {
    await didar.local('/api/room', { method: 'POST', json: { name: `hall-${n}` } });
  }
  await eventually(() => arrived.size === 40, 'all of them with the one that is well');
  // Before the first one that hangs is given up: its places were not needed.
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(most).toBe(8);
  const { items } = await asAdmin<{ items: WebhookEndpoint[] }>(didar, '/api/webhook');
  expect(items.find(({ name }) => name === 'never')).toMatchObject({ pending: 40, dead: 0 });
  expect(items.find(({ name }) => name === 'gone')).toMatchObject({ enabled: false, dead: 0 });
  expect((await cli('list')).stdout).toMatch(/gone since \d{4}-.*, so off/);
}, 60_000);
