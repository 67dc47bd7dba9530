import { expect, test } from 'bun:test';
import { fakeRoom } from '../../../test/tui/fake-world.ts';
import { type Values, valuesOf } from '../dialogs/form.ts';
import { changeFrom, checkRoom, settingsFields } from './room-fields.ts';

const ROOM = fakeRoom('standup', { title: 'Daily', hasPassword: true });

function changed(change: Values, rooms = [ROOM]) {
  const before = valuesOf(settingsFields(rooms));
  const values = { ...before, ...change };
  return { fault: checkRoom(values, before)?.field, change: changeFrom(values, before) };
}

test('of a form only what was changed is sent, in the units of the server', () => {
  expect(changed({})).toEqual({ fault: undefined, change: {} });
  expect(changed({ title: '', departureTimeout: '2 m', approval: true }).change).toEqual({
    title: '',
    departureTimeout: 120,
    approval: true,
  });
});

test('a password is set, kept when nothing is typed, and taken away', () => {
  expect(changed({ password: 'secret' }).change).toEqual({ password: 'secret' });
  expect(changed({ hasPassword: false }).change).toEqual({ password: null });
  expect(changed({ hasPassword: false, password: 'secret' }).fault).toBe('password');
  const open = [fakeRoom('open')];
  expect(changed({ hasPassword: true }, open).fault).toBe('password');
  expect(changed({ password: 'secret' }, open).change).toEqual({ password: 'secret' });
  expect(changed({ password: 'abc' }).fault).toBe('password');
});

test('what several rooms differ in is left to each, unless it is chosen', () => {
  const rooms = [ROOM, fakeRoom('other', { maxParticipants: 20, approval: true, access: 'private' })];
  expect(changed({}, rooms)).toEqual({ fault: undefined, change: {} });
  expect(changed({ maxParticipants: '50', approval: 'no', access: 'public' }, rooms).change).toEqual({
    maxParticipants: 50,
    approval: false,
    access: 'public',
  });
});

test.each([
  ['maxParticipants', 'many'],
  ['maxParticipants', ''],
  ['maxParticipants', '0'],
  ['emptyTimeout', '2 days'],
  ['departureTimeout', '25h'],
])('%s cannot be "%s", and the fault is told at that field', (field, value) => {
  expect(changed({ [field]: value }).fault).toBe(field);
});
