import { Database as Sqlite } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { Elysia, t } from 'elysia';
import type { Principal } from '../access/principal.ts';
import { requestContext } from '../access/request-context.ts';
import { DomainError } from '../lib/errors.ts';
import { createLogger } from '../lib/log.ts';
import { manualClock } from '../lib/manual-clock.ts';
import type { ClientInfo } from '../network/front/client-info.ts';
import { createHandler } from './handler.ts';

const FROM_NETWORK: ClientInfo = { address: '198.51.100.7', transport: 'tcp', secure: true };
const OVER_SOCKET: ClientInfo = { address: 'local', transport: 'unix', secure: true };

const things = new Elysia({ name: 'things', prefix: '/api/thing' })
  .use(requestContext)
  .get('/', ({ principal, client, requestId }) => ({ principal, client, requestId }))
  .post('/', ({ body }) => body, {
    body: t.Object(
      { secret: t.String({ minLength: 8 }), size: t.Optional(t.Union([t.Literal('s'), t.Literal('l')])) },
      { additionalProperties: false },
    ),
  })
  .post('/optional', () => ({ ok: true }), {
    body: t.Optional(
      t.Object(
        {
          size: t.Optional(t.Number()),
          ttl: t.Optional(t.Nullable(t.Integer({ minimum: 60, maximum: 100 }))),
        },
        { additionalProperties: false },
      ),
    ),
  })
  .get('/paged', ({ query }) => query, { query: t.Object({ limit: t.Optional(t.Integer({ maximum: 5 })) }) })
  .get('/page', () => new Response('<p>', { headers: { 'cache-control': 'max-age=60' } }))
  .get('/stream', async function* () {
    for (;;) yield await new Promise<string>((resolve) => setImmediate(() => resolve('data: x\n\n')));
  })
  .get('/wrong-answer', () => ({ secret: 'hunter22' }) as never, { response: t.Object({ id: t.String() }) })
  .get('/crash', () => {
    throw new TypeError('undefined is not a secret');
  })
  .get('/full', () => {
    throw new DomainError('busy', 'No more at once.', { fix: 'Wait.', details: { retryAfter: 3 } });
  })
  .get('/unknown-code', () => {
    throw new DomainError('nobody_knows', 'Hm.');
  })
  .get('/disk', () => {
    new Sqlite('/nonexistent/x.db');
  })
  .get('/:id', ({ params }) => params, { params: t.Object({ id: t.String({ maxLength: 10 }) }) });

const joins = new Elysia({ name: 'joins' }).post('/api/room/join', ({ body }) => {
  if ((body as { room: string }).room === 'open') return { ok: true };
  throw new DomainError('room_not_found', 'There is no such room.');
});

function setup(principal: Principal = { kind: 'anyone' }, corsOrigins: string[] = []) {
  const lines: string[] = [];
  const clock = manualClock();
  const log = createLogger({ level: 'info', format: 'json', clock, write: (line) => lines.push(line) });
  const handle = createHandler({
    authenticate: () => principal,
    modules: [things, joins],
    log,
    clock,
    corsOrigins,
  });
  return {
    lines,
    clock,
    ask: (path: string, init: RequestInit = {}, client = FROM_NETWORK) =>
      Promise.resolve(handle(new Request(`http://localhost${path}`, init), client)),
  };
}

const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
});

async function problem(answer: Promise<Response>) {
  const response = await answer;
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body.status).toBe(response.status);
  return body;
}

describe('a request', () => {
  test('is known by who asks, from where, and an id that the answer repeats', async () => {
    const { ask } = setup({ kind: 'local' });
    const response = await ask('/api/thing', { headers: { 'x-request-id': 'proxy-7' } });
    expect(response.headers.get('x-request-id')).toBe('proxy-7');
    expect(await response.json()).toEqual({
      principal: { kind: 'local' },
      client: FROM_NETWORK,
      requestId: 'proxy-7',
    });
    const insane = await ask('/api/thing', { headers: { 'x-request-id': 'a b "c"' } });
    expect(insane.headers.get('x-request-id')).toMatch(/^[\w-]+$/);
  });

  test('gets an answer that no browser caches, frames or guesses the type of, and no CORS', async () => {
    const { headers } = await setup().ask('/api/thing', { headers: { origin: 'https://evil.example' } });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('for a page leaves the page its own caching', async () => {
    const response = await setup().ask('/api/thing/page');
    expect(response.headers.get('cache-control')).toBe('max-age=60');
  });

  test('by HEAD gets the headers alone, of a stream too', async () => {
    const { ask } = setup();
    const response = await ask('/api/thing/id', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '11',
      '',
    ]);
    expect((await ask('/api/thing/stream', { method: 'HEAD' })).status).toBe(200);
  });

  test('by OPTIONS is told what the path allows', async () => {
    const response = await setup().ask('/api/thing', { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
  });
});

describe('a faulty request is told what is wrong', () => {
  test('when there is no such path', async () => {
    for (const method of ['GET', 'POST', 'OPTIONS', 'PURGE']) {
      expect(await problem(setup().ask('/api/none', { method }))).toMatchObject({
        status: 404,
        code: 'route_not_found',
        type: 'urn:didar:problem:route_not_found',
      });
    }
  });

  test('when the path is there and the method is not', async () => {
    const answer = setup().ask('/api/thing/x', { method: 'DELETE' });
    expect((await answer).headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(await problem(answer.then((r) => r.clone()))).toMatchObject({
      code: 'method_not_allowed',
      status: 405,
    });
  });

  test('field by field, without its values', async () => {
    const { ask, lines } = setup();
    const response = await ask('/api/thing', json({ secret: 'hunter2', size: 'xl', more: 1 }));
    const text = await response.text();
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({
      status: 422,
      code: 'invalid_request',
      errors: expect.arrayContaining([
        { in: 'body', field: 'secret', expected: 'Expected string length greater or equal to 8' },
        { in: 'body', field: 'size', expected: 'Expected one of: s, l' },
        { in: 'body', field: 'more', expected: 'Unexpected property' },
      ]),
    });
    expect(lines).toEqual([]);
  });

  test.each([
    ['broken JSON', json('{"secret": '), 400, 'malformed_body'],
    ['no body', { method: 'POST' }, 400, 'body_missing'],
    ['a form', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }, 415, 'media_type_unsupported'],
    [
      'a text',
      { method: 'POST', body: 'secret', headers: { 'content-type': 'text/plain' } },
      415,
      'media_type_unsupported',
    ],
    ['null', json('null'), 422, 'invalid_request'],
    ['a word', json('"secret"'), 422, 'invalid_request'],
    ['a list', json([]), 422, 'invalid_request'],
  ] as [string, RequestInit, number, string][])('when the body is %s', async (_, init, status, code) => {
    expect(await problem(setup().ask('/api/thing', init))).toMatchObject({ status, code });
  });

  test('with the range that a number has, where it may also be null', async () => {
    const answer = await problem(setup().ask('/api/thing/optional', json({ ttl: 20 })));
    expect(answer).toMatchObject({ detail: 'body.ttl: Expected one of: integer from 60 to 100, null' });
  });

  test('also where the body may be left out', async () => {
    const { ask } = setup();
    for (const body of ['"word"', '7', 'null', '[]', '{"more":1}'])
      expect(await problem(ask('/api/thing/optional', json(body)))).toMatchObject({
        code: 'invalid_request',
      });
    const broken = json('{"size":');
    expect(await problem(ask('/api/thing/optional', broken))).toMatchObject({ code: 'malformed_body' });
    const form = { method: 'POST', body: new URLSearchParams({ size: '7' }) };
    expect(await problem(ask('/api/thing/optional', form))).toMatchObject({ code: 'media_type_unsupported' });
    for (const init of [json('{}'), json(''), { method: 'POST' }])
      expect((await ask('/api/thing/optional', init)).status).toBe(200);
  });

  test('when the body is too large', async () => {
    const large = json({ secret: 'x'.repeat(70_000) });
    const headers = { ...large.headers, 'content-length': '70015' } as Record<string, string>;
    expect(await problem(setup().ask('/api/thing', { ...large, headers }))).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });

  test('when query or path are not as declared', async () => {
    const { ask } = setup();
    for (const path of ['/api/thing/paged?limit=x', '/api/thing/paged?limit=6', '/api/thing/paged?other=1'])
      expect(await problem(ask(path))).toMatchObject({ status: 422, code: 'invalid_request' });
    for (const path of ['/api/thing/%E0%A4%A', `/api/thing/${'x'.repeat(11)}`, '/api/thing/%00', '/%'])
      expect((await ask(path)).status).toBeLessThan(500);
  });
});

describe('what a service throws', () => {
  test('is told with its code, its fix and when to come back', async () => {
    const answer = setup().ask('/api/thing/full');
    expect((await answer).headers.get('retry-after')).toBe('3');
    expect(await problem(answer.then((r) => r.clone()))).toMatchObject({
      status: 429,
      code: 'busy',
      detail: 'No more at once.',
      fix: 'Wait.',
    });
  });

  test('unexpectedly is logged with the request id, and told as no more than that', async () => {
    for (const path of ['/api/thing/crash', '/api/thing/wrong-answer', '/api/thing/unknown-code']) {
      const { ask, lines } = setup();
      const text = await (await ask(path, { headers: { 'x-request-id': 'find-me' } })).text();
      expect(JSON.parse(text)).toMatchObject({ status: 500, code: 'internal', requestId: 'find-me' });
      expect(text).not.toMatch(/undefined is not|hunter22/);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('find-me');
      expect(lines[0]).not.toContain('hunter22');
    }
  });

  test('as a fault of the database is an unavailable service, with the reason', async () => {
    const { ask, lines } = setup();
    expect(await problem(ask('/api/thing/disk'))).toMatchObject({
      status: 503,
      code: 'database_unavailable',
    });
    expect(lines).toHaveLength(1);
  });
});

describe('guessing', () => {
  test('is slowed for an address, while whoever succeeds or comes from elsewhere is not', async () => {
    const { ask, clock } = setup();
    for (let i = 0; i < 200; i += 1)
      expect((await ask('/api/room/join', json({ room: 'open' }))).status).toBe(200);
    for (let i = 0; i < 60; i += 1) await ask('/api/room/join', json({ room: 'guess' }));
    const refused = ask('/api/room/join', json({ room: 'open' }));
    expect(await problem(refused.then((r) => r.clone()))).toMatchObject({
      status: 429,
      code: 'too_many_requests',
    });
    expect((await refused).headers.get('retry-after')).toBe('1');
    const elsewhere = { ...FROM_NETWORK, address: '198.51.100.8' };
    expect((await ask('/api/room/join', json({ room: 'open' }), elsewhere)).status).toBe(200);
    clock.advance(1000);
    expect((await ask('/api/room/join', json({ room: 'open' }))).status).toBe(200);
  });

  test('counts a whole IPv6 network as one, and the local socket never', async () => {
    const { ask } = setup();
    for (let i = 0; i < 60; i += 1) {
      const address = i % 2 === 0 ? `2001:db8:0:7::${i.toString(16)}` : `2001:db8:0:7:1:1:1:${i}`;
      await ask('/api/room/join', json({ room: 'guess' }), { ...FROM_NETWORK, address });
      await ask('/api/room/join', json({ room: 'guess' }), OVER_SOCKET);
    }
    const from = (address: string) =>
      ask('/api/room/join', json({ room: 'open' }), { ...FROM_NETWORK, address });
    expect((await from('2001:db8:0:7:2::1')).status).toBe(429);
    expect((await from('2001:db8:0:8::1')).status).toBe(200);
    expect((await ask('/api/room/join', json({ room: 'open' }), OVER_SOCKET)).status).toBe(200);
  });
});

describe('pages of other origins', () => {
  const from = (origin: string, more: Record<string, string> = {}) => ({ headers: { origin, ...more } });
  const preflight = (origin: string): RequestInit => ({
    method: 'OPTIONS',
    ...from(origin, { 'access-control-request-method': 'POST' }),
  });

  test('may do nothing unless they are named', async () => {
    const { ask } = setup();
    for (const init of [from('https://app.example.org'), preflight('https://app.example.org')])
      expect([...(await ask('/api/thing', init)).headers.keys()].join()).not.toContain('access-control');
  });

  test('that are named may use the API, others still not', async () => {
    const { ask } = setup({ kind: 'anyone' }, ['https://app.example.org']);
    const answer = await ask('/api/thing', from('https://app.example.org'));
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    const asked = await ask('/api/thing', preflight('https://app.example.org'));
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    expect(asked.headers.get('access-control-allow-headers')).toContain('idempotency-key');
    const other = await ask('/api/thing', from('https://app.example.org.evil.example'));
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(other.headers.get('vary')).toBe('Origin');
  });
});

test('who came over TLS is told to stay with it', async () => {
  const { ask } = setup();
  const hsts = async (client: ClientInfo) =>
    (await ask('/api/thing', {}, client)).headers.get('strict-transport-security');
  expect(await hsts(FROM_NETWORK)).toStartWith('max-age=');
  expect(await hsts({ ...FROM_NETWORK, secure: false })).toBeNull();
  expect(await hsts(OVER_SOCKET)).toBeNull();
});

test('an answer that can be limited tells how much is left, and when there is more', async () => {
  const { ask } = setup();
  const join = () => ask('/api/room/join', json({ room: 'nowhere' }));
  const first = await join();
  expect(first.headers.get('ratelimit-policy')).toBe('"refused";q=60;w=60');
  expect(first.headers.get('ratelimit')).toBe('"refused";r=59;t=1');
  for (let i = 0; i < 59; i += 1) await join();
  const refused = await join();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('ratelimit')).toBe('"refused";r=0;t=1');
  expect((await ask('/api/thing')).headers.get('ratelimit')).toBeNull();
});
