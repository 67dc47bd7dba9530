import { afterEach, expect, test } from 'bun:test';
import { systemClock } from '../lib/clock.ts';
import { reachUrl } from './reach-url.ts';

const servers: { stop(now: boolean): unknown }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(true);
});

function serve(answer: () => Response): string {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: answer });
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}

const reach = (url: string) => reachUrl({ url, skipTLSVerify: false, clock: systemClock });

test('a server whose clock is ahead is told with the seconds', async () => {
  const ahead = new Date(Date.now() + 3_600_000).toUTCString();
  const { skewSeconds, problem } = await reach(serve(() => new Response('', { headers: { date: ahead } })));
  expect(problem).toBeUndefined();
  expect(skewSeconds).toBeGreaterThan(3_590);
  expect(skewSeconds).toBeLessThan(3_610);
});

test('an answer that is an error is the HTTP step', async () => {
  const { steps, problem } = await reach(serve(() => new Response('', { status: 502 })));
  expect(steps).toEqual([expect.stringMatching(/^TCP \d+$/)]);
  expect(problem).toMatchObject({ step: 'HTTP', message: 'status 502' });
});

test('a port that speaks no TLS is the TLS step', async () => {
  const url = serve(() => new Response()).replace('http:', 'https:');
  expect((await reach(url)).problem).toMatchObject({ step: 'TLS' });
});
