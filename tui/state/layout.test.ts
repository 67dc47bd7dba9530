import { expect, test } from 'bun:test';
import { type Layout, layoutFrom } from './layout.ts';
import { FIRST_SORTS } from './sorting.ts';

const FIRST: Layout = { view: 'rooms', sorts: FIRST_SORTS, theme: 'dark' };

test('the dashboard is arranged again as it was left', () => {
  const left: Layout = {
    view: 'recordings',
    sorts: { ...FIRST_SORTS, rooms: { by: 'people', reversed: true } },
    theme: 'light',
  };
  expect(layoutFrom(JSON.parse(JSON.stringify(left)), FIRST)).toEqual(left);
});

test('what an older version or somebody else wrote into the file costs no more than its own setting', () => {
  expect(layoutFrom('nonsense', FIRST)).toEqual(FIRST);
  const kept = { view: 'room', theme: 'pink', sorts: { rooms: { by: 'gone' }, participants: null } };
  expect(layoutFrom({ ...kept, view: 'events' }, FIRST)).toEqual({ ...FIRST, view: 'events' });
  expect(layoutFrom(kept, FIRST)).toEqual(FIRST);
});
