import { expect, test } from 'bun:test';
import type { Row, RowState } from './report.ts';
import { judge } from './verdict.ts';

const row = (id: string, state: RowState, fix: string | null = null): Row => ({
  id,
  title: id,
  state,
  ms: 1,
  evidence: '',
  fix,
});

test('a client uses the first path that works, and the first failure is to be mended first', () => {
  const rows = [
    row('tcp', 'warning', 'the record'),
    row('path-udp', 'failed', 'the range'),
    row('path-tcp', 'ok'),
    row('path-turn-tls', 'skipped', 'TLS'),
  ];
  expect(judge(rows)).toEqual({ path: 'tcp', text: 'A client here would use tcp.', fix: 'the range' });
});

test('where all works nothing is to be mended, whatever the server does not offer', () => {
  expect(judge([row('path-udp', 'ok'), row('path-turn-tls', 'skipped', 'TLS')])).toMatchObject({
    path: 'udp',
    fix: null,
  });
});

test('where nobody can connect it says so, and where only STUN fails it leaves that open', () => {
  expect(judge([row('tls', 'failed', 'renew')])).toMatchObject({ path: null, fix: 'renew' });
  expect(judge([row('tls', 'failed')]).text).toContain('No client can connect');
  expect(judge([row('path-udp', 'failed'), row('path-tcp', 'failed')]).text).toContain(
    'No client can connect',
  );
  expect(judge([row('signalling', 'ok'), row('stun', 'failed')]).text).toContain('only a join can tell');
});
