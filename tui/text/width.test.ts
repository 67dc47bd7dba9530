import { expect, test } from 'bun:test';
import { clean } from './clean.ts';
import { EMPTY_LINE, insert } from './line.ts';
import { nameOf } from './name.ts';
import { fit, truncate, widthOf } from './width.ts';

test('a cell is as wide as it should be, whatever a name is written in', () => {
  for (const name of ['Ali', '田中さん', '👩‍💻 dev', 'علی رضایی', 'می‌خواهم', 'e\u0301mile', '🇮🇷🇮🇷🇮🇷'])
    for (const width of [1, 2, 3, 5, 8, 20]) expect(widthOf(fit(name, width))).toBe(width);
});

test('an identity that is too long keeps both its ends', () => {
  expect(truncate('u_0123456789abcdef', 9, 'middle')).toBe('u_01…cdef');
  expect(truncate('daily-standup', 8)).toBe('daily-s…');
});

test('what terminals disagree about is drawn so that they agree, and no name is endless', () => {
  expect(clean('👨‍👩‍👧‍👦 👍🏽 ❤️ 🧑‍💻 🇮🇷')).toBe('👨 👍 ❤ 🧑 🇮🇷');
  expect(clean(`Z${'\u0300'.repeat(60_000)}!`).length).toBeLessThan(10);
  expect(clean('long '.repeat(12_000)).length).toBeLessThan(5000);
  expect(insert(EMPTY_LINE, '👨‍👩‍👧 ❤️').text).toBe('👨‍👩‍👧 ❤️');
});

test('somebody without a name that can be seen is called by the identity', () => {
  expect(nameOf({ name: '\u200b\u200d ', identity: 'g_7' })).toBe('g_7');
  expect(nameOf({ name: ' Ali ', identity: 'g_7' })).toBe('Ali');
});

test("a guest's name brings no escape sequence and turns no text round, but stays what it is", () => {
  expect(clean('\u001b[2J\u202eevil\r\nx')).toBe(' [2J evil x');
  expect(clean('می‌خواهم')).toBe('می‌خواهم');
});
