import type { Config } from '../config/config.ts';
import { DomainError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { provideLiveKitBinary } from '../livekit/binary/provide.ts';
import type { UnpackedBinary } from '../livekit/binary/unpack.ts';
import { readStaticConfig, type StaticConfig } from '../livekit/static/read-static-config.ts';
import { staticWebhookUrl } from '../livekit/static/webhook-url.ts';

/** Which media server there will be, found out before anything is started. `url`: where its API answers us. */
export type MediaPlan =
  | { readonly mode: 'external'; readonly url: string }
  | {
      readonly mode: 'static';
      readonly url: string;
      readonly binary: UnpackedBinary;
      readonly file: StaticConfig;
    }
  | {
      readonly mode: 'embedded';
      readonly url: string;
      readonly binary: UnpackedBinary;
      readonly host: string;
    };

export interface PlanOptions {
  readonly config: Config;
  /** The data directory. */
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

const LOOPBACK = '127.0.0.1';
/** Addresses that include loopback. */
const ANY = ['0.0.0.0', '::', 'localhost', LOOPBACK];

/** Errors: those of the binary (`binary_…`) and of a static configuration (`livekit_config_…`). */
export async function planMedia({ config, dataDir, env, log }: PlanOptions): Promise<MediaPlan> {
  const { external, internalHost, binary: configured, configPath, port, bind } = config.livekit;
  if (external && internalHost !== undefined) return { mode: 'external', url: internalHost };
  const binary = await provideLiveKitBinary({ dataDir, configured, env, log });
  if (configPath !== undefined) {
    const file = await readStaticConfig(configPath, binary.version, {
      webhookUrl: staticWebhookUrl(config.server),
    });
    for (const { what, add } of file.missing)
      log.warn(`the static livekit configuration lacks ${what}`, { add });
    return { mode: 'static', url: urlOf(file.host, file.port), binary, file };
  }
  const host = ANY.includes(bind) ? LOOPBACK : bind;
  return { mode: 'embedded', url: urlOf(host, port), binary, host };
}

/** The key pair of a static file is the one to use; it is the operator's, and stays where it is. */
export function keyOfStatic({ keys, path }: StaticConfig): {
  readonly apiKey: string;
  readonly apiSecret: string;
} {
  const [first] = keys;
  if (first) return { apiKey: first[0], apiSecret: first[1] };
  throw new DomainError('livekit_config_invalid', `${path} has no API key.`, {
    fix: 'Add one: "keys: {name: secret of at least 32 characters}".',
  });
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
