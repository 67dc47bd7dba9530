import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from './api-client.ts';

let directory: string;
let unix: string;
let server: Bun.Server<undefined>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'didar-api-'));
  unix = join(directory, 'didar.sock');
  server = Bun.serve({ unix, fetch: answer });
});

afterAll(async () => {
  await server.stop(true);
  await rm(directory, { recursive: true, force: true });
});

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/echo') {
    const body = request.body ? await request.json() : null;
    return Response.json({ method: request.method, body, token: request.headers.get('authorization') });
  }
  if (pathname === '/nothing') return new Response(null, { status: 204 });
  if (pathname === '/page') return new Response('<html>', { headers: { 'content-type': 'text/html' } });
  const problem = {
    status: 403,
    code: 'not_a_moderator',
    detail: 'only moderators may',
    fix: 'ask one',
    room: 'a',
  };
  return Response.json(problem, { status: 403, headers: { 'content-type': 'application/problem+json' } });
}

test('a request over the socket sends JSON and gets JSON, or nothing', async () => {
  const api = createApiClient({ unix });
  expect(await api.request<unknown>('POST', '/echo', { a: 1 })).toEqual({
    method: 'POST',
    body: { a: 1 },
    token: null,
  });
  expect(await api.request('DELETE', '/nothing')).toBeUndefined();
});

test('a problem document becomes the error that the server threw', async () => {
  await expect(createApiClient({ unix }).request('GET', '/problem')).rejects.toMatchObject({
    code: 'not_a_moderator',
    message: 'only moderators may',
    fix: 'ask one',
    details: { status: 403, room: 'a' },
  });
});

test('a remote server gets the token; something that is not didar is told apart', async () => {
  const remote = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer });
  try {
    const api = createApiClient({ url: `${remote.url}`, token: 'secret' });
    expect(await api.request<unknown>('GET', '/echo')).toMatchObject({ token: 'Bearer secret' });
    await expect(api.request('GET', '/page')).rejects.toMatchObject({ code: 'daemon_unreachable' });
  } finally {
    await remote.stop(true);
  }
});

test('a server that is not there is unreachable, with the address in the message', async () => {
  const gone = join(directory, 'gone.sock');
  await expect(createApiClient({ unix: gone }).request('GET', '/echo')).rejects.toMatchObject({
    code: 'daemon_unreachable',
    message: expect.stringContaining(gone),
  });
});
