import { expect, test } from 'bun:test';
import type { Key as InkKey } from 'ink';
import { keysOf } from './key.ts';

const namesOf = (input: string, key: Partial<InkKey>) => keysOf(input, key as InkKey).map(({ name }) => name);

test('Esc and a key right after it are two keys, though a terminal sends them as one with Alt', () => {
  expect(namesOf('', { escape: true, meta: true })).toEqual(['esc']);
  expect(namesOf('', { return: true, meta: true })).toEqual(['esc', 'enter']);
  expect(namesOf('', { downArrow: true, meta: true })).toEqual(['esc', 'down']);
  expect(namesOf('j', { meta: true })).toEqual(['esc', 'j']);
});

test('what is typed faster than it is read is each of its keys, control keys too', () => {
  expect(namesOf('jj X\r', {})).toEqual(['j', 'j', 'space', 'X', 'enter']);
  expect(namesOf('s', { ctrl: true })).toEqual(['ctrl-s']);
  expect(namesOf('ab\u0013', {})).toEqual(['a', 'b', 'ctrl-s']);
});
