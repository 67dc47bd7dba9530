import { expect, test } from 'bun:test';
import { rank } from './fuzzy.ts';

const NAMES = ['go to Events', 'remove the participant', 'tehran-office', 'old-retro'];
const find = (query: string) => rank(NAMES, query, (name) => name, 3);

test('letters in a row count more than the same letters strewn over a sentence', () => {
  expect(find('te')[0]).toBe('tehran-office');
  expect(find('ev')[0]).toBe('go to Events');
});

test('beginnings of words are enough, and what lacks a letter is not there', () => {
  expect(find('tof')[0]).toBe('tehran-office');
  expect(find('ore')[0]).toBe('old-retro');
  expect(find('xyz')).toEqual([]);
});
