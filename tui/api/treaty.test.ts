import { afterEach, expect, test } from 'bun:test';
import type { ApiError } from './error.ts';
import { createTreaty, dataOf, inPath } from './treaty.ts';

let server: Bun.Server<undefined> | undefined;
afterEach(async () => await server?.stop(true));

function answering(answer: (request: Request) => Response) {
  server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer });
  return createTreaty({ url: `http://127.0.0.1:${server.port}`, token: 'didar_x' }).api;
}
const refusalOf = (asked: Promise<unknown>): Promise<ApiError> =>
  asked.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: ApiError) => error,
  );

test('an answer comes as it was sent: times and numbers in texts stay texts', async () => {
  const room = { name: '123', title: 'true', createdAt: '2026-01-31T12:00:00.000Z' };
  const api = answering(() => Response.json(room));
  expect(await dataOf(api.room({ name: '123' }).get())).toEqual(room as never);
});

test('what the server refuses is told by its code and fix', async () => {
  const problem = { code: 'room_full', detail: 'The room is full.', fix: 'Wait.', status: 409 };
  const headers = { 'content-type': 'application/problem+json' };
  const api = answering(() => new Response(JSON.stringify(problem), { status: 409, headers }));
  expect(await refusalOf(dataOf(api.room.get()))).toMatchObject({
    code: 'room_full',
    message: 'The room is full.',
    fix: 'Wait.',
    status: 409,
  });
});

test('what is no answer of ours is told by its status, and none at all as unreachable', async () => {
  const api = answering(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  expect(await refusalOf(dataOf(api.room.get()))).toMatchObject({ code: 'http_502', status: 502 });
  await server?.stop(true);
  expect(await refusalOf(dataOf(api.room.get()))).toMatchObject({ code: 'unreachable', status: 0 });
});

test('the token goes along, and a name can’t lead to another path', async () => {
  const asked: string[] = [];
  const api = answering((request) => {
    asked.push(`${new URL(request.url).pathname} ${request.headers.get('authorization')}`);
    return Response.json({});
  });
  await dataOf(api.room({ name: inPath('../user') }).get());
  expect(asked).toEqual(['/api/room/..%2Fuser Bearer didar_x']);
});
