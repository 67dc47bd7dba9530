import { expect, test } from 'bun:test';
import { isolated } from './direction.ts';
import { fit, widthOf } from './width.ts';

test('a Persian name keeps its direction to itself and takes as many cells as before', () => {
  const cell = fit('نسرین احمدی', 16);
  expect(isolated(cell)).toBe('\u2068نسرین احمدی\u2069     ');
  expect(widthOf(isolated(cell))).toBe(16);
});

test('a name that is cut keeps both its marks', () => {
  expect(isolated(fit('نسرین احمدی', 8, 'left', 'middle'))).toMatch(/^\u2068.+\u2069$/);
});

test('a sentence about a Persian name goes on from left to right, and two names of a list are two', () => {
  expect(isolated('نسرین احمدی joined tehran')).toBe('\u2068نسرین احمدی\u2069 joined tehran');
  expect(isolated('Ali, نسرین, علی (2)')).toBe('Ali, \u2068نسرین\u2069, \u2068علی\u2069 (2)');
});

test('all other names are left alone', () => {
  for (const name of ['Zoë Martin  ', '田中 健', '👩‍💻', '']) expect(isolated(name)).toBe(name);
});
