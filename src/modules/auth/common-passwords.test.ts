import { expect, test } from 'bun:test';
import { refuseCommonPassword } from './common-passwords.ts';

test('what anyone tries first is no password, nor with digits and signs behind it', () => {
  for (const weak of [
    'password',
    'Password123!',
    'qwertyuiop',
    '1234567890',
    'aaaaaaaaaa',
    'Sunshine2024',
    '        ',
  ])
    expect(() => refuseCommonPassword(weak)).toThrow('one of the first');
});

test('words, phrases and made-up ones are', () => {
  for (const good of [
    'correct horse',
    'battery staple',
    '8f3kq-2mmzp',
    'the test of time',
    '70518263',
    'گذرواژهٔ من',
  ])
    expect(() => refuseCommonPassword(good)).not.toThrow();
});
