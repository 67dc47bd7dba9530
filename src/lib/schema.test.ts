import { expect, test } from 'bun:test';
import { idOf, pageOf } from './schema.ts';

const rowsOf = (...keys: readonly number[]) => keys.map((key) => ({ key }));
const show = ({ key }: { readonly key: number }) => ({ id: `j_${key}` });

test('a page has as many items as were asked for, and names the last one where there are more', () => {
  expect(pageOf(rowsOf(1, 2, 3), 2, show, idOf)).toEqual({
    items: [{ id: 'j_1' }, { id: 'j_2' }],
    next: 'j_2',
  });
});

test('the last page has nothing after it, whether it is full, short or empty', () => {
  expect(pageOf(rowsOf(1, 2), 2, show, idOf).next).toBeNull();
  expect(pageOf(rowsOf(1), 2, show, idOf)).toEqual({ items: [{ id: 'j_1' }], next: null });
  expect(pageOf([], 2, show, idOf)).toEqual({ items: [], next: null });
});
