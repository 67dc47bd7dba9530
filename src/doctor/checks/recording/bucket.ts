import { type Clock, wait } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import { newId } from '../../../lib/ids.ts';
import { createS3 } from '../../../recording/storage/s3.ts';
import { bucketUrl } from '../../../recording/storage/s3-request.ts';
import { type S3Settings, s3Settings } from '../../../recording/storage/settings.ts';
import { type Check, failed, type Outcome, ok, skipped } from '../../check.ts';
import { reachUrl, type Step } from '../../reach-url.ts';
import type { Subject } from '../../subject.ts';

/** Of everything that is asked of the bucket. */
const LIMIT_MS = 3_000;

/** Row 27: the bucket is there, and takes, gives and deletes with our key. */
export const bucketCheck: Check = {
  id: 'recording.bucket',
  title: 'The bucket takes and gives recordings',
  async run(subject) {
    if (subject.config.recording.s3.bucket === undefined) return skipped('recording.s3 names no bucket.');
    const settings = await bucketOf(subject);
    if (settings === undefined) return skipped('The key of the bucket is not in the configuration any more.');
    const { clock } = subject;
    const reached = await reachUrl({
      url: bucketUrl(settings),
      skipTLSVerify: false,
      clock,
      upTo: 'TLS',
      fixFor: (step, host, port) => fixFor(step, host, port),
    });
    const { problem, steps } = reached;
    if (problem) {
      const soFar = steps.length > 0 ? ` after ${steps.join(', ')}` : '';
      const evidence = `${bucketUrl(settings)}: ${problem.step} fails${soFar}: ${problem.message}`;
      return failed(evidence, {
        fix: problem.fix,
        key: 'recording.s3.endpoint',
        trouble: 'bucket-unreachable',
      });
    }
    return Promise.race([tryIt(settings, clock, steps), late(clock)]);
  },
};

/** The bucket as the next start would have it: the running one keeps its key to itself. */
export async function bucketOf({ config, reload }: Subject): Promise<S3Settings | undefined> {
  const { secretsGiven } = await reload();
  return s3Settings(config.recording.s3, secretsGiven.s3);
}

async function tryIt(settings: S3Settings, clock: Clock, steps: readonly string[]): Promise<Outcome> {
  const s3 = createS3({ settings, clock, limitMs: LIMIT_MS, again: false });
  const key = `${settings.prefix}${newId('doctor', clock.now())}`;
  const bytes = new TextEncoder().encode('didar doctor');
  const where = `${settings.bucket} at ${bucketUrl(settings)}`;
  const walk: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['write', () => s3.put({ key, contentType: 'text/plain', sha256: '' }, bytes)],
    ['read', () => s3.read(key, 0, bytes.length - 1)],
    ['list', () => s3.list(key).next()],
    ['list uploads', () => s3.openUploads(key)],
    ['delete', () => s3.delete(key)],
  ];
  const done = [...steps];
  for (const [name, take] of walk) {
    try {
      await take();
      done.push(name);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return failed(`${where}: ${name} fails after ${done.join(', ')}: ${error.message}`, {
        fix: error.fix,
        key: KEYS[error.code] ?? 'recording.s3.bucket',
        trouble: 'bucket-refuses',
      });
    }
  }
  return ok(`${where}: ${done.join(', ')}.`);
}

const KEYS: Readonly<Record<string, string>> = {
  bucket_credentials: 'recording.s3.secretAccessKey',
  bucket_region: 'recording.s3.region',
};

async function late(clock: Clock): Promise<Outcome> {
  await wait(clock, LIMIT_MS);
  return failed(`The bucket did not answer to all of it within ${LIMIT_MS / 1000} s.`, {
    fix: 'See to the storage service and the network in between; uploads wait for it.',
    trouble: 'bucket-unreachable',
  });
}

function fixFor(step: Step, host: string, port: number): string {
  switch (step) {
    case 'DNS':
      return `Correct recording.s3.endpoint, or give ${host} an address in DNS; with a bucket in the path: recording.s3.forcePathStyle: true.`;
    case 'TCP':
      return `Start the storage service, check recording.s3.endpoint, and let TCP ${port} out through the firewalls.`;
    default:
      return 'Give the service a certificate that this machine trusts, or start didar with NODE_EXTRA_CA_CERTS=/path/to/its-ca.pem.';
  }
}
