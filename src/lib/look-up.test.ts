import { expect, test } from 'bun:test';
import { lookUp } from './look-up.ts';

test('a name is looked for in the hosts file, without asking DNS', async () => {
  expect(await lookUp('LOCALHOST')).toContain('127.0.0.1');
});

test('an address is its own', async () => {
  expect(await lookUp('2001:db8::1')).toEqual(['2001:db8::1']);
});

test('a name that nobody can know is told with a code', async () => {
  await expect(lookUp('nowhere.invalid')).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
}, 30_000);
