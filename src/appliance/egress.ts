import type { Config, Secrets } from '../config/config.ts';
import { hidePasswords } from '../config/faults.ts';
import type { Clock } from '../lib/clock.ts';
import { createEgressApi } from '../livekit/api/egress-api.ts';
import { egressOutput } from '../livekit/egress/output.ts';
import { checkEgress } from '../livekit/egress/preflight.ts';
import { createEgressWorkers } from '../livekit/egress/workers.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import type { S3 } from '../recording/storage/s3.ts';
import type { S3Settings } from '../recording/storage/settings.ts';

export interface EgressDeps {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly media: MediaServer;
  /** Undefined where recordings stay on the disk. */
  readonly bucket: { readonly settings: S3Settings; readonly s3: Pick<S3, 'list'> } | undefined;
  readonly clock: Clock;
}

/** What there is to record with by egress: who is asked, who is looked for, and where files go. */
export function egressServices({ config, secrets, media, bucket, clock }: EgressDeps) {
  const { external, internalHost, skipTLSVerify, redis } = config.livekit;
  const api = createEgressApi({
    url: () => (external ? internalHost : media.url()),
    apiKey: secrets.livekitApiKey,
    apiSecret: secrets.livekitApiSecret,
    skipTLSVerify,
    clock,
  });
  const workers = redis === undefined ? undefined : createEgressWorkers({ redis, clock });
  const output = egressOutput(config.recording.egress, bucket?.settings);
  const preflight = () =>
    checkEgress({
      api,
      workers,
      output,
      redis: redis && hidePasswords(redis),
      isEmbedded: media.mode === 'embedded',
      async checkBucket() {
        // One page at most: that it can be listed says that name, key and bucket are right.
        await bucket?.s3.list(bucket.settings.prefix).next();
      },
    });
  return { api, workers, output, preflight };
}
