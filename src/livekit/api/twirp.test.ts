import { afterEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ListRoomsResponse, Room } from '@livekit/protocol';
import { systemClock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { createTracer, type EndedSpan } from '../../lib/tracing/tracer.ts';
import { createLiveKitApi, type LiveKitApi } from './livekit-api.ts';

const key = { apiKey: 'key', apiSecret: 'a secret of at least thirty-two characters' };
const servers: Bun.Server<undefined>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) void server.stop(true);
});

/** Someone who answers in livekit's place. */
function answering(answer: () => Response, tls?: { cert: string; key: string }): string {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, tls, fetch: answer });
  servers.push(server);
  return `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}`;
}

const oneRoom = () =>
  new Response(
    new Uint8Array(new ListRoomsResponse({ rooms: [new Room({ sid: 'RM_1', name: 'standup' })] }).toBinary()),
  );

const api = (url: string, skipTLSVerify = false): LiveKitApi =>
  createLiveKitApi({ ...key, url: () => url, skipTLSVerify, clock: systemClock });

async function errorOf(promise: Promise<unknown>): Promise<DomainError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error(`no DomainError: ${String(error)}`);
  return error;
}

function selfSigned(): { cert: string; key: string } | undefined {
  if (!Bun.which('openssl')) return undefined;
  const directory = mkdtempSync(`${tmpdir()}/didar-twirp-`);
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout ${directory}/key -out ${directory}/cert`;
  Bun.spawnSync(['openssl', ...words.split(' ')], { stdio: ['ignore', 'ignore', 'ignore'] });
  const pair = {
    cert: readFileSync(`${directory}/cert`, 'utf8'),
    key: readFileSync(`${directory}/key`, 'utf8'),
  };
  rmSync(directory, { recursive: true });
  return pair;
}

describe('a media server with a self-signed certificate', () => {
  const tls = selfSigned();

  test.skipIf(!tls)(
    'is refused, with the way out, and taken with skipTLSVerify (needs openssl)',
    async () => {
      const url = answering(oneRoom, tls);
      const error = await errorOf(api(url).listRooms());
      expect(error.code).toBe('livekit_unavailable');
      expect(error.fix).toContain('livekit.skipTLSVerify');
      expect(await api(url, true).listRooms()).toMatchObject([{ sid: 'RM_1', name: 'standup' }]);
    },
  );
});

test('a call is seen in the trace of what makes it', async () => {
  const spans: EndedSpan[] = [];
  const tracer = createTracer({ clock: systemClock, onEnd: (span) => spans.push(span) });
  const url = answering(oneRoom);
  const traced = createLiveKitApi({
    ...key,
    url: () => url,
    skipTLSVerify: false,
    clock: systemClock,
    tracer,
  });
  await tracer.span({ name: 'request', kind: 'server' }, () => traced.listRooms());
  const [call, request] = spans;
  expect(call).toMatchObject({ name: 'livekit ListRooms', kind: 'client', parentId: request?.spanId });
});

describe('a media server that answers something else', () => {
  test.each([
    [
      'a proxy that finds nothing behind it',
      () => new Response('bad gateway', { status: 502 }),
      'livekit_unavailable',
    ],
    ['a page', () => new Response('<html>', { status: 200 }), 'livekit_unavailable'],
    ['another kind of server', () => new Response('404 page not found', { status: 404 }), 'livekit_refused'],
    [
      'no right',
      () => Response.json({ code: 'unauthenticated', msg: 'permissions denied' }, { status: 401 }),
      'livekit_unauthorized',
    ],
    [
      'nobody answers inside',
      () => Response.json({ code: 'unavailable', msg: 'no response from servers' }, { status: 503 }),
      'livekit_unavailable',
    ],
  ] as const)('%s has a name', async (_, answer, code) => {
    expect((await errorOf(api(answering(answer)).listRooms())).code).toBe(code);
  });
});
