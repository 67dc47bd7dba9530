import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { base62 } from './base62.ts';

test('user names and passwords are written as livekit reads them', () => {
  const text = 'key1|PA_selftest|1795793400';
  expect(base62(Buffer.from(text))).toBe('wADNzkzN1kzNxwHdzVGdmxWZz9VQQxXM5V2a');
  expect(base62(createHash('sha256').update(text).digest())).toBe(
    '3IQVGZ67GFhbAPgYXSMr2yorp4hq7JNVaEBr0soCmrC',
  );
  expect(base62(new Uint8Array())).toBe('');
});
