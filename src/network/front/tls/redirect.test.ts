import { afterEach, expect, test } from 'bun:test';
import { systemClock } from '../../../lib/clock.ts';
import { silentLogger } from '../../../lib/log.ts';
import { startRedirect } from './redirect.ts';

let stop: () => Promise<void> = async () => undefined;
afterEach(() => stop());

async function start(httpsPort = 443) {
  const redirect = await startRedirect({
    bind: '127.0.0.1',
    port: 0,
    host: 'meet.example',
    httpsPort,
    httpChallenge: (token) => (token === 'token-1' ? 'token-1.thumb' : undefined),
    clock: systemClock,
    log: silentLogger,
  });
  stop = redirect.stop;
  return (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${redirect.port}${path}`, { redirect: 'manual', ...init });
}

test('everybody is sent to the configured host over HTTPS, with path and query', async () => {
  const get = await start();
  const answer = await get('/r/abc?x=1', { headers: { Host: 'evil.example' } });
  expect([answer.status, answer.headers.get('Location')]).toEqual([301, 'https://meet.example/r/abc?x=1']);
  expect((await get('/api', { method: 'DELETE' })).status).toBe(308);
});

test('a port that is not the usual one is named', async () => {
  const get = await start(8443);
  expect((await get('/')).headers.get('Location')).toBe('https://meet.example:8443/');
});

test('an authority finds its token, and nothing else', async () => {
  const get = await start();
  expect(await (await get('/.well-known/acme-challenge/token-1')).text()).toBe('token-1.thumb');
  expect((await get('/.well-known/acme-challenge/token-2')).status).toBe(404);
});
