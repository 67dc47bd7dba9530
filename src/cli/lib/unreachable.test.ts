import { expect, test } from 'bun:test';
import { unreachable } from './unreachable.ts';

test.each([
  ['SELF_SIGNED_CERT_IN_CHAIN', '--ca-file'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '--ca-file'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the name that the certificate is for'],
  ['CERT_HAS_EXPIRED', 'renew'],
  ['EPROTO', 'http://'],
  ['ECONNREFUSED', 'systemctl status didar'],
])('what to do about %s is told', (code, fix) => {
  const cause = Object.assign(new Error('it broke'), { code });
  const error = unreachable('https://meet.example.org', cause);
  expect(error).toMatchObject({ code: 'daemon_unreachable', fix: expect.stringContaining(fix) });
});
