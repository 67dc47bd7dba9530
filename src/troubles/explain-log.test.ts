import { expect, test } from 'bun:test';
import { explainText } from './explain.ts';
import { createLogExplainer } from './explain-log.ts';

const IN_USE = 'listen tcp 127.0.0.1:7880: bind: address already in use';

function explain(...pieces: readonly string[]) {
  const explainer = createLogExplainer();
  for (const piece of pieces) explainer.take(piece);
  return explainer.end();
}

test.each([
  [
    'colours of a terminal',
    `\u001b[31;1mERROR\u001b[0m ${IN_USE.replace('address', '\u001b[4maddress\u001b[0m')}`,
  ],
  ['journald', 'Nov 27 21:00:01 meet didar[4711]: panic: runtime error: index out of range'],
  ['journald with precise times', '2026-11-27T21:00:01.123456+03:30 meet didar[4711]: panic: boom'],
  ['docker compose', `livekit-1  | panic: boom`],
  ['docker compose with colours, under journald', '\u001b[36mlivekit_1  |\u001b[0m panic: boom'],
  ['containerd', '2026-11-27T21:00:01.1Z stderr F panic: boom'],
  ['the files of Docker', '{"log":"panic: boom\\n","stream":"stderr","time":"2026-11-27T21:00:01Z"}'],
  ['journalctl -o json', '{"_PID":"1","MESSAGE":"panic: boom","PRIORITY":"3"}'],
  ['our own log', `{"time":"2026-11-27T21:00:01.000Z","level":"error","message":"${IN_USE}"}`],
  ['Windows', `one\r\n${IN_USE}\r\nthree\r\n`],
  ['an old Mac', `one\rpanic: boom\rthree`],
  [
    'a chat from right to left',
    `\u202bخطا: listen tcp 127.0.0.1:۷۸۸۰: bind: address\u00a0already in\u200f use\u202c`,
  ],
  ['a web page', 'The “LIVEKIT_CONFIG” variable is not set'],
])('a log from %s is explained like the plain one', (_, text) => {
  const [cause] = explainText(text);
  expect(cause?.id).toMatch(/^(port-in-use|livekit-panic|config-compose-dollar)$/);
  expect(explain(text).causes.map(({ id }) => id)).toEqual([cause?.id ?? 'nothing']);
  if (cause?.id === 'port-in-use') expect(cause.title).toBe('Port 7880 is in use');
});

test('in a long log with noise every cause is found, with its first line, the most specific first', () => {
  const noise = '{"level":"info","msg":"participant active","room":"standup"}\n';
  const log = [
    noise.repeat(9_999),
    'Nov 27 21:00:01 meet didar[1]: ENOSPC: no space left on device, write\n',
    noise.repeat(9_999),
    `${IN_USE}\n`,
    noise.repeat(9_999),
    `${IN_USE}\n`,
  ].join('');
  // Cut as a pipe cuts it.
  const pieces = log.match(/[\s\S]{1,65536}/g) ?? [];
  const { lines, causes } = explain(...pieces);
  expect(lines).toBe(30_000);
  expect(causes.map(({ id, seen }) => [id, seen.line])).toEqual([
    ['port-in-use', 20_000],
    ['disk-full', 10_000],
  ]);
  expect(causes[0]?.seen.text).toBe(IN_USE);
});

test('20 MB take seconds and no more memory than a part of them, also as a single line', () => {
  const piece = '{"level":"debug","msg":"sending rtcp","mime":"video/vp8","ssrc":123456789,"layer":2}'.repeat(
    768,
  );
  const explainer = createLogExplainer();
  const [begin, before] = [performance.now(), process.memoryUsage().rss];
  for (let bytes = 0; bytes < 20_000_000; bytes += piece.length) explainer.take(piece);
  explainer.take(`\n${IN_USE}`);
  const { lines, causes } = explainer.end();
  expect([lines, causes[0]?.id, causes[0]?.seen.line]).toEqual([2, 'port-in-use', 2]);
  expect(performance.now() - begin).toBeLessThan(20_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
}, 30_000);
