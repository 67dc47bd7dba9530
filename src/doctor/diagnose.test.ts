import { expect, test } from 'bun:test';
import { subjectOf } from '../../test/fixtures/subject.ts';
import { DomainError } from '../lib/errors.ts';
import { type Check, failed, ok, together, warning } from './check.ts';
import { runChecks } from './diagnose.ts';

const check = (id: string, run: Check['run']): Check => ({ id, title: `title of ${id}`, run });
const never = new Promise<never>(() => undefined);

test('each check is told in its place, whatever the others do', async () => {
  const late = Promise.withResolvers<void>();
  const findings = runChecks(
    [
      check('hangs', () => never),
      check('breaks', () => {
        throw new TypeError('no such thing');
      }),
      check('fails', async () => {
        throw new DomainError('some_code', 'It is broken.', { fix: 'Mend it.', details: { key: 'data' } });
      }),
      check('works', async () => ok('It works.')),
    ],
    await subjectOf({}),
    late.promise,
  );
  late.resolve();
  const [hangs, breaks, fails, works] = await findings;
  expect(hangs).toMatchObject({ id: 'hangs', title: 'title of hangs', state: 'warning' });
  expect(breaks).toMatchObject({ state: 'failed', evidence: 'no such thing' });
  expect(breaks?.fix).toContain('report');
  expect(fails).toMatchObject({ state: 'failed', evidence: 'It is broken.', fix: 'Mend it.', key: 'data' });
  expect(works).toMatchObject({ state: 'ok', fix: null, key: null, trouble: null });
});

test('a known trouble brings its fix and its key, unless this case has better ones', () => {
  expect(warning('small', { trouble: 'udp-buffer' }).fix).toContain('net.core.rmem_max');
  expect(failed('taken', { trouble: 'port-443-taken' })).toMatchObject({ key: 'server.port' });
  expect(failed('taken', { trouble: 'port-443-taken', fix: 'Stop it.' }).fix).toBe('Stop it.');
});

test('of several outcomes the worst are told, each with its fix once', () => {
  const seen = together([
    ok('one'),
    failed('two', { fix: 'mend' }),
    warning('three', { fix: 'look' }),
    failed('four', { fix: 'mend' }),
  ]);
  expect(seen).toMatchObject({ state: 'failed', evidence: 'two\nfour', fix: 'mend' });
});
