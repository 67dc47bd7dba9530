import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskContent } from './content.ts';
import { download } from './download.ts';

const folder = mkdtempSync(join(tmpdir(), 'didar-download-'));
const path = join(folder, 'recording.mp4');
writeFileSync(path, '0123456789');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (headers: Record<string, string> = {}) =>
  download(
    {
      content: diskContent(path, 'recording.mp4'),
      name: 'recording.mp4',
      contentType: 'video/mp4',
      sha256: 'abc',
    },
    new Request('http://localhost/', { headers }),
  );

test('a file comes whole, with its name and a mark to ask again by', async () => {
  const answer = await ask();
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('0123456789');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="recording.mp4"');
  expect((await ask({ 'if-none-match': '"abc"' })).status).toBe(304);
});

test.each([
  ['bytes=2-4', '234', 'bytes 2-4/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
])('the range %s is %s', async (range, text, contentRange) => {
  const answer = await ask({ range });
  expect(answer.status).toBe(206);
  expect(answer.headers.get('content-range')).toBe(contentRange);
  expect(await answer.text()).toBe(text);
});

test('a range beyond the end is refused with the length that there is', async () => {
  const answer = await ask({ range: 'bytes=10-' });
  expect(answer.status).toBe(416);
  expect(answer.headers.get('content-range')).toBe('bytes */10');
});

test.each([
  ['several ranges', { range: 'bytes=0-1,4-5' }],
  ['one that makes no sense', { range: 'bytes=4-2' }],
  ['one of an older file', { range: 'bytes=0-1', 'if-range': '"old"' }],
])('%s: the whole file comes', async (_what, headers) => {
  expect((await ask(headers)).status).toBe(200);
});

test('a file that somebody removed is told as gone', async () => {
  const content = diskContent(join(folder, 'none'), 'none');
  const gone = { content, name: 'none', contentType: 'video/mp4', sha256: null };
  await expect(download(gone, new Request('http://localhost/'))).rejects.toMatchObject({
    code: 'recording_file_gone',
  });
});
