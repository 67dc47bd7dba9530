import { expect, test } from 'bun:test';
import { scrub } from './scrub.ts';

test.each([
  ['a token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln here', 'a token (hidden) here'],
  ['didar_0123456789abcdefghij', 'didar_(hidden)'],
  ['whsec_MDEyMzQ1Njc4OWFiY2RlZg==', 'whsec_(hidden)'],
  ['authorization: Bearer abcdefgh.123', 'authorization: Bearer (hidden)'],
  ['redis://user:hunter22@10.0.0.1:6379/0', 'redis://user:(hidden)@10.0.0.1:6379/0'],
  ['{"apiSecret":"abcdefgh","port":1}', '{"apiSecret":"(hidden)","port":1}'],
  ['secretAccessKey: abcdef/123', 'secretAccessKey: (hidden)'],
  ['GET /rtc?access_token=abc.def&sdk=js', 'GET /rtc?access_token=(hidden)&sdk=js'],
  ['mail to mira@example.org failed', 'mail to (email) failed'],
])('%s', (text, scrubbed) => {
  expect(scrub(text)).toBe(scrubbed);
  expect(scrub(scrubbed)).toBe(scrubbed);
});

test.each([
  'apiSecret: (hidden)',
  '"password": false',
  'room abc-defg-hij on 203.0.113.7:443',
  'token expired',
])('%s stays as it is', (text) => expect(scrub(text)).toBe(text));
