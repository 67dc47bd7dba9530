import { expect, test } from 'bun:test';
import { dataOf, objectOf } from './audit.ts';

test('an event says what it happened to', () => {
  expect(objectOf({ kind: 'user.changed', data: { user: { id: 'u_1' } } })).toBe('user:u_1');
  expect(objectOf({ kind: 'login.revoked', data: { login: 'l_1' } })).toBe('login:l_1');
  expect(objectOf({ kind: 'room.deleted', room: 'abc', data: { room: null } })).toBe('room:abc');
  expect(objectOf({ kind: 'participant.kicked', room: 'abc', identity: 'g_1' })).toBe('participant:g_1');
  expect(objectOf({ kind: 'server.started' })).toBeNull();
});

test('of what was changed the fields that differ are kept, before and after', () => {
  const before = { name: 'abc', locked: false, permissions: { publish: ['camera'] } };
  const after = { name: 'abc', locked: true, permissions: { publish: [] } };
  expect(dataOf({ kind: 'room.changed', data: { room: 1 }, before, after })).toEqual({
    room: 1,
    before: { locked: false, permissions: { publish: ['camera'] } },
    after: { locked: true, permissions: { publish: [] } },
  });
});

test('what was made or removed has nothing before, or nothing after', () => {
  expect(dataOf({ kind: 'member.changed', after: 'owner' })).toEqual({ before: null, after: 'owner' });
  expect(dataOf({ kind: 'room.deleted', before: { title: 'x' }, after: null })).toEqual({
    before: { title: 'x' },
    after: null,
  });
});

test('a secret that gets into a state is hidden in it, however deep', () => {
  const after = { password: 'hunter22', hasPassword: true, s3: { secretKey: 'k' }, list: [{ token: 't' }] };
  expect(dataOf({ kind: 'room.changed', before: null, after }).after).toEqual({
    password: '(hidden)',
    hasPassword: true,
    s3: { secretKey: '(hidden)' },
    list: [{ token: '(hidden)' }],
  });
});
