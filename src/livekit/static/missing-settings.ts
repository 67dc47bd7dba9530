import { isMapping } from '../config/value-kinds.ts';

/** Something Didar needs from a configuration that it does not write. */
export interface MissingSetting {
  /** What it lacks, and what that costs: `a JSON log: without it …`. */
  readonly what: string;
  /** The lines to add, as YAML. */
  readonly add: string;
}

interface Given {
  readonly keys: ReadonlyMap<string, string>;
  readonly webhookUrls: readonly string[];
  readonly jsonLog: boolean;
  readonly prometheus?: unknown;
}

const WEBHOOK_PATH = '/api/livekit/webhook';
const DEFAULT_WEBHOOK_URL = `http://127.0.0.1:8090${WEBHOOK_PATH}`;

/** What a static configuration lacks for Didar to know all that it could know. It works without, but less well. */
export function missingSettings(
  given: Given,
  config: Readonly<Record<string, unknown>>,
  webhookUrl = DEFAULT_WEBHOOK_URL,
): readonly MissingSetting[] {
  return [...webhook(given, config, webhookUrl), ...jsonLog(given), ...metrics(given)];
}

function* webhook(
  { keys, webhookUrls }: Given,
  config: Readonly<Record<string, unknown>>,
  url: string,
): Iterable<MissingSetting> {
  const [firstKey = 'NAME_OF_A_KEY'] = keys.keys();
  const section = isMapping(config.webhook) ? config.webhook : {};
  const isOurs = webhookUrls.some((given) => given === url || given.includes(WEBHOOK_PATH));
  if (!isOurs) {
    const urls = [...webhookUrls, url].map((each) => `    - ${each}`).join('\n');
    yield {
      what: 'a webhook to this server: without it who comes and goes is seen by polling only, up to 10 s late',
      add: `webhook:\n  urls:\n${urls}\n  api_key: ${firstKey}`,
    };
  } else if (!keys.has(String(section.api_key))) {
    yield {
      what: 'a webhook.api_key that is among the keys: without it webhooks cannot be verified and are refused',
      add: `webhook:\n  api_key: ${firstKey}`,
    };
  }
}

function* jsonLog({ jsonLog }: Given): Iterable<MissingSetting> {
  if (jsonLog) return;
  yield {
    what: 'a JSON log: without it nobody can tell how each participant is connected',
    add: 'logging:\n  json: true\n  level: info',
  };
}

function* metrics({ prometheus }: Given): Iterable<MissingSetting> {
  if (prometheus !== undefined) return;
  yield {
    what: 'metrics: without them packet loss, bandwidth and the join success rate are unknown',
    add: 'prometheus:\n  port: 6789',
  };
}
