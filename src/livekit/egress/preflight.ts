import { DomainError, messageOf } from '../../lib/errors.ts';
import { type EgressApi, egressTrouble } from '../api/egress-api.ts';
import type { EgressOutput } from './output.ts';
import type { EgressWorkers } from './workers.ts';

export interface PreflightDeps {
  readonly api: Pick<EgressApi, 'list'>;
  readonly output: EgressOutput | undefined;
  /** Undefined where the Redis of livekit-server isn't known. */
  readonly workers: Pick<EgressWorkers, 'look'> | undefined;
  /** `livekit.redis` without its password, for people. */
  readonly redis: string | undefined;
  /** The media server is ours: what it has not been given it has not. */
  readonly isEmbedded: boolean;
  /** Throws what is wrong with the bucket. */
  readonly checkBucket: () => Promise<void>;
}

/**
 * Finds out within 3 s why a recording by egress would not begin, where the call itself takes 22 s to say that nobody
 * answered. All is asked at once; thrown is what lies deepest.
 *
 * @throws DomainError `egress_local_path`, `egress_no_redis`, `egress_redis_unreachable`, `egress_no_worker`,
 *   `egress_worker_busy`, `egress_not_permitted`, what is wrong with the bucket, or that the media server is away
 * @returns What was seen, for people.
 */
export async function checkEgress(deps: PreflightDeps): Promise<string> {
  const { output, redis, isEmbedded } = deps;
  if (output === undefined) throw localPath();
  if (redis === undefined && isEmbedded) throw egressTrouble('egress_no_redis', 'livekit.redis is not set.');
  const [workers, api, bucket] = await Promise.allSettled([
    lookForWorkers(deps),
    deps.api.list(),
    output.kind === 's3' ? deps.checkBucket() : undefined,
  ]);
  // Without Redis the media server can't answer well either; without the media server no worker is needed.
  if (workers.status === 'rejected' && isRedisAway(workers.reason)) throw workers.reason;
  if (api.status === 'rejected') throw api.reason;
  if (workers.status === 'rejected') throw workers.reason;
  if (bucket.status === 'rejected') throw bucket.reason;
  return `${workers.value}; ${PLACES[output.kind]}.`;
}

async function lookForWorkers({ workers, redis }: PreflightDeps): Promise<string> {
  if (workers === undefined) {
    return 'The media server speaks to Redis (which one is not known here: livekit.redis; so workers are not looked for)';
  }
  const look = await workers.look().catch((error: unknown) => {
    throw redisAway(redis, error);
  });
  if (look.state === 'none') throw egressTrouble('egress_no_worker', `Nobody listens on ${redis}.`);
  if (look.state === 'busy') {
    throw egressTrouble(
      'egress_worker_busy',
      `${look.listening} on ${redis}, and none takes a recording now.`,
    );
  }
  return `${look.listening} egress ${look.listening === 1 ? 'worker' : 'workers'} on ${redis}, with room for a recording`;
}

const PLACES: Readonly<Record<EgressOutput['kind'], string>> = {
  s3: 'files go to the bucket of recording.s3',
  shared: 'files go to the volume of recording.egress.dir',
  worker: 'files are fetched from where the workers upload them',
};

function localPath(): DomainError {
  return new DomainError(
    'egress_local_path',
    "The egress worker would leave the recording on its own disk: its file's URL would be a local path.",
    {
      fix: 'Set recording.s3, or mount a volume on both and set recording.egress.dir to where the worker sees recording.dir. Where the worker uploads by its own configuration, set recording.egress.workerUploads: true.',
    },
  );
}

function isRedisAway(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'egress_redis_unreachable';
}

function redisAway(redis: string | undefined, cause: unknown): DomainError {
  return new DomainError('egress_redis_unreachable', `Redis at ${redis}: ${messageOf(cause)}.`, {
    fix: 'Check address, password and network in livekit.redis; it has to be the Redis of livekit-server and the workers.',
    cause,
  });
}
