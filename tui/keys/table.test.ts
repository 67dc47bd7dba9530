import { expect, test } from 'bun:test';
import { EVERYWHERE } from './binding.ts';
import { BINDINGS, bindingOf } from './table.ts';

const NOWHERE = {
  view: 'doctor',
  hasRows: false,
  filterable: false,
  sortable: false,
  room: undefined,
  participant: undefined,
  waiters: [],
  atDoor: 0,
  marked: 0,
  markable: false,
  people: [],
  rooms: [],
  recording: undefined,
  jobs: [],
  webhook: undefined,
  deliveries: [],
  backup: undefined,
  records: false,
  undoable: undefined,
  rights: { moderate: true, rooms: true, manage: true },
  offline: true,
  canGoBack: false,
} as const;

test('every key does one thing only in each view', () => {
  for (const view of EVERYWHERE) {
    const own = BINDINGS.filter(({ only }) => only?.includes(view)).flatMap(({ keys }) => keys);
    expect([view, own.length]).toEqual([view, new Set(own).size]);
  }
  const usual = BINDINGS.filter(({ only }) => only === undefined).flatMap(({ keys }) => keys);
  expect(usual.length).toBe(new Set(usual).size);
});

test('a key that can do nothing here says why', () => {
  for (const binding of BINDINGS) {
    const reason = binding.whyNot(NOWHERE);
    if (reason !== undefined) expect(reason.length).toBeGreaterThan(8);
  }
  expect(bindingOf('K', 'doctor')?.whyNot(NOWHERE)).toBe('no participant is selected');
  expect(bindingOf('n', 'doctor')?.whyNot(NOWHERE)).toContain('until it is back');
});

test('one can always leave, get help and go elsewhere', () => {
  for (const key of ['q', '?', ':', '1', '2', '5', 'R'])
    expect(bindingOf(key, 'doctor')?.whyNot(NOWHERE)).toBeUndefined();
});
