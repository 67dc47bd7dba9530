import { bundle } from '../lib/bundle.ts';
import { DomainError } from '../lib/errors.ts';
import { livekitFromSource } from '../livekit/binary/from-source.ts';
import { pathOf } from '../livekit/binary/unpack.ts';
import { livekitVersionOf } from '../livekit/binary/version.ts';
import { readStaticConfig, type StaticConfig } from '../livekit/static/read-static-config.ts';
import { staticWebhookUrl } from '../livekit/static/webhook-url.ts';
import type { Subject } from './subject.ts';

/** The livekit-server that is run, or would be; undefined while the bundled one is not unpacked yet. */
export async function binaryPathOf({ config, dataDir, env }: Subject): Promise<string | undefined> {
  if (config.livekit.binary !== undefined) return config.livekit.binary;
  if (bundle === undefined) return livekitFromSource(env);
  const path = pathOf(dataDir.bin, bundle.livekit);
  return (await Bun.file(path).exists()) ? path : undefined;
}

/**
 * The version of livekit-server, asked of the binary when no daemon knows it.
 * @throws DomainError as `livekitVersionOf`
 */
export async function versionOf(subject: Subject): Promise<string> {
  const known = subject.running?.media.version();
  if (known !== undefined) return known;
  if (subject.config.livekit.binary === undefined && bundle !== undefined) return bundle.livekit.version;
  return livekitVersionOf((await binaryPathOf(subject)) ?? '');
}

/**
 * The operator's own livekit.yaml as it is now.
 * @throws DomainError as `readStaticConfig`
 */
export async function staticConfigOf(subject: Subject): Promise<StaticConfig> {
  const { configPath } = subject.config.livekit;
  if (configPath === undefined)
    throw new DomainError('livekit_config_unreadable', 'There is no livekit.configPath.');
  return readStaticConfig(configPath, await versionOf(subject), {
    webhookUrl: staticWebhookUrl(subject.config.server),
  });
}
