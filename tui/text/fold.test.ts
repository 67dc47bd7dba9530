import { expect, test } from 'bun:test';
import { fold } from './fold.ts';

test.each([
  ['Zoë', 'zoe'],
  ['ZOE\u0308', 'zoe'],
  ['علي', 'علی'],
  ['کاوه', 'كاوه'],
  ['می\u200cخواهم', 'میخواهم'],
  ['＠ＡＢＣ', '@abc'],
  ['田中', '田中'],
  ['\u2068Ali\u2069', 'ali'],
])('%s is found by typing %s', (name, typed) => {
  expect(fold(name)).toBe(fold(typed));
});
