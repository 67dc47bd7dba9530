import { expect, test } from 'bun:test';
import { readSse } from './sse.ts';

async function read(...chunks: string[]) {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  return await Array.fromAsync(readSse(body));
}

test('a message that comes in pieces is one message', async () => {
  expect(await read('id: 7\nev', 'ent: room.changed\nda', 'ta: {"a":1}\n', '\n')).toEqual([
    { event: 'room.changed', data: '{"a":1}', id: '7' },
  ]);
});

test('heartbeats are heard, lines of data are joined, carriage returns do no harm', async () => {
  expect(await read(': still here\r\n\r\ndata: a\r\ndata:b\r\n\r\n')).toEqual([
    { event: 'comment', data: 'still here', id: undefined },
    { event: 'message', data: 'a\nb', id: undefined },
  ]);
});

test('what was not finished when the line broke is not told', async () => {
  expect(await read('data: half')).toEqual([]);
});
