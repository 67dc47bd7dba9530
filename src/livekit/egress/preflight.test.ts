import { expect, test } from 'bun:test';
import { DomainError } from '../../lib/errors.ts';
import { checkEgress, type PreflightDeps } from './preflight.ts';

const well: PreflightDeps = {
  api: { list: async () => [] },
  output: { kind: 'shared', dir: '/recordings' },
  workers: { look: async () => ({ state: 'free', listening: 2 }) },
  redis: '127.0.0.1:6379',
  isEmbedded: true,
  checkBucket: async () => undefined,
};
const fails = (code: string) => () => Promise.reject(new DomainError(code, 'It is so.', { fix: 'Mend it.' }));
const codeOf = (change: Partial<PreflightDeps>) =>
  checkEgress({ ...well, ...change }).then(
    () => 'none',
    (error: DomainError) => error.code,
  );

test('where all is there, it is told what was seen', async () => {
  expect(await checkEgress(well)).toBe(
    '2 egress workers on 127.0.0.1:6379, with room for a recording; files go to the volume of recording.egress.dir.',
  );
});

test('each thing that is missing has a code of its own', async () => {
  expect(await codeOf({ output: undefined })).toBe('egress_local_path');
  expect(await codeOf({ redis: undefined, workers: undefined })).toBe('egress_no_redis');
  expect(await codeOf({ workers: { look: () => Promise.reject(new Error('ECONNREFUSED')) } })).toBe(
    'egress_redis_unreachable',
  );
  expect(await codeOf({ workers: { look: async () => ({ state: 'none' }) } })).toBe('egress_no_worker');
  expect(await codeOf({ workers: { look: async () => ({ state: 'busy', listening: 1 }) } })).toBe(
    'egress_worker_busy',
  );
  expect(await codeOf({ api: { list: fails('egress_not_permitted') } })).toBe('egress_not_permitted');
});

test('a bucket is asked only where files go to it', async () => {
  const checkBucket = fails('bucket_unreachable');
  expect(await codeOf({ checkBucket })).toBe('none');
  const bucket = {
    bucket: 'b',
    endpoint: 'https://s3.example.org',
    region: 'r',
    prefix: '',
    pathStyle: true,
    accessKeyId: 'k',
    secretAccessKey: 's',
  };
  expect(await codeOf({ checkBucket, output: { kind: 's3', bucket } })).toBe('bucket_unreachable');
});

test('what lies deepest is told: without Redis neither the media server nor the workers can answer', async () => {
  const workers = { look: () => Promise.reject(new Error('ECONNREFUSED')) };
  expect(await codeOf({ workers, api: { list: fails('livekit_unavailable') } })).toBe(
    'egress_redis_unreachable',
  );
  const none = { look: async () => ({ state: 'none' }) as const };
  expect(await codeOf({ workers: none, api: { list: fails('egress_no_redis') } })).toBe('egress_no_redis');
});

test('an external media server whose Redis is not known is asked itself', async () => {
  const change = { redis: undefined, workers: undefined, isEmbedded: false };
  expect(await codeOf(change)).toBe('none');
  expect(await codeOf({ ...change, api: { list: fails('egress_no_redis') } })).toBe('egress_no_redis');
});
