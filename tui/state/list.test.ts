import { expect, test } from 'bun:test';
import { createCollection } from './collection.ts';
import { createList } from './list.ts';

interface Item {
  readonly id: string;
  readonly size: number;
}

function setup(ids: string, follow = false) {
  const source = createCollection<Item>((item) => item.id);
  source.replace([...ids].map((id) => ({ id, size: 1 })));
  const list = createList({
    source,
    compare: (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    textOf: (item) => item.id,
    follow,
  });
  const seen = (height: number) => {
    const { rows, cursor } = list.window(height);
    return rows.map((row, i) => (i === cursor ? `[${row.id}]` : row.id)).join('');
  };
  return { source, list, seen };
}

test('rows that come and go above never move the selected one on the screen', () => {
  const { source, list, seen } = setup('cefghijkl');
  list.select('h');
  expect(seen(4)).toBe('efg[h]');
  source.put({ id: 'a', size: 1 });
  source.put({ id: 'd', size: 1 });
  expect(seen(4)).toBe('efg[h]');
  source.delete('c');
  source.delete('a');
  expect(seen(4)).toBe('efg[h]');
});

test('when the selected row goes, its neighbour takes its place', () => {
  const { source, list, seen } = setup('abc');
  list.select('b');
  source.delete('b');
  expect(seen(5)).toBe('a[c]');
  source.delete('c');
  expect(seen(5)).toBe('[a]');
  source.delete('a');
  expect(list.selected).toBeUndefined();
});

test('the cursor goes with its row when the order changes', () => {
  const { source, list, seen } = setup('abcd');
  list.select('b');
  list.setOrder((a, b) => b.size - a.size);
  source.put({ id: 'b', size: 0 });
  expect(seen(5)).toBe('acd[b]');
  source.put({ id: 'b', size: 9 });
  expect(seen(5)).toBe('[b]acd');
  expect(list.selected?.size).toBe(9);
});

test('a filter counts what matches and comes back to the same row when it is cleared', () => {
  const { source, list, seen } = setup('abcd');
  list.select('c');
  list.setFilter('C');
  expect(seen(5)).toBe('[c]');
  expect(list.counts).toEqual({ matched: 1, total: 4 });
  source.put({ id: 'e', size: 1 });
  list.setFilter('');
  expect(seen(5)).toBe('ab[c]de');
});

test('a list that follows stays at its end until one moves up, and again from the last row on', () => {
  const { source, list, seen } = setup('abc', true);
  source.put({ id: 'd', size: 1 });
  expect(seen(2)).toBe('c[d]');
  list.move(-1);
  source.put({ id: 'e', size: 1 });
  expect(seen(2)).toBe('[c]d');
  list.last();
  source.put({ id: 'f', size: 1 });
  expect(seen(2)).toBe('e[f]');
});

test('thousands of random changes leave the rows sorted and the selection where it was', () => {
  const { source, list } = setup('');
  let seed = 1;
  const random = (n: number) => {
    seed = (seed * 16807) % 2147483647;
    return seed % n;
  };
  list.setOrder((a, b) => a.size - b.size);
  for (let i = 0; i < 5000; i += 1) {
    const id = `r${random(200)}`;
    const before = list.selected;
    if (random(3) === 0) source.delete(id);
    else source.put({ id, size: random(50) });
    if (before && source.get(before.id)) expect(list.selected?.id).toBe(before.id);
    if (i % 50 === 0) list.move(random(5) - 2);
  }
  const wanted = [...source.values()].sort((a, b) => a.size - b.size || (a.id < b.id ? -1 : 1));
  expect(list.window(1000).rows).toEqual(wanted);
  expect(list.selected).toBe(source.get(list.selected?.id ?? ''));
});
