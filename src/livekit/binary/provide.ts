import { bundle } from '../../lib/bundle.ts';
import type { Logger } from '../../lib/log.ts';
import { livekitFromSource } from './from-source.ts';
import { inspectBinary } from './inspect.ts';
import { type UnpackedBinary, unpackInChild, unpackLiveKit } from './unpack.ts';
import { livekitVersionOf } from './version.ts';

export interface ProvideOptions {
  /** Absolute path of the data directory. */
  readonly dataDir: string;
  /** `livekit.binary` of the configuration. */
  readonly configured?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/**
 * The livekit-server to run, and its version: the configured one, else the bundled one (unpacked when it is not yet),
 * else, when run from source, `LIVEKIT_SERVER` or the one that the scripts built.
 * Errors: those of `livekitVersionOf`, and `unpack_failed`.
 */
export async function provideLiveKitBinary(options: ProvideOptions): Promise<UnpackedBinary> {
  const { configured, dataDir, env, log } = options;
  if (configured !== undefined) return { path: configured, version: await livekitVersionOf(configured) };
  if (bundle) {
    const unpacked = await unpackLiveKit({ dataDir, log, binary: bundle.livekit, unpack: unpackInChild });
    await inspectBinary(unpacked.path);
    return unpacked;
  }
  const path = await livekitFromSource(env);
  return { path, version: await livekitVersionOf(path) };
}
