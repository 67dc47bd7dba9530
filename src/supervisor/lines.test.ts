import { expect, test } from 'bun:test';
import { LineTail } from './line-tail.ts';
import { LineSplitter, MAX_LINE_CHARS } from './lines.ts';

function split(...chunks: string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.flush();
  return lines;
}

test('lines come out whole, however the chunks fall', () => {
  expect(split('one\ntw', 'o\r\n', '\nthree')).toEqual(['one', 'two', 'three']);
});

test('a line without an end is cut and does not fill the memory', () => {
  const lines = split('x'.repeat(MAX_LINE_CHARS), 'x'.repeat(1_000_000), '\nnext\n');
  expect(lines.map((line) => line.length)).toEqual([MAX_LINE_CHARS + 2, 4]);
});

test('the first and the last lines are kept, and it is said how many are missing', () => {
  const tail = new LineTail();
  for (let i = 1; i <= 1000; i++) tail.add(`line ${i}`);
  const lines = tail.lines();
  expect(lines[0]).toBe('line 1');
  expect(lines).toContain('… 900 lines left out …');
  expect(lines.at(-1)).toBe('line 1000');
  expect(lines).toHaveLength(101);
});
