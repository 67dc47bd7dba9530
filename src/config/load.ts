import { assembleConfig } from './assemble.ts';
import type { Config, GivenSecrets } from './config.ts';
import { readEnvironment } from './environment.ts';
import { type Fault, invalidConfig } from './faults.ts';
import { readConfigFile } from './file.ts';
import { type Flags, readFlags } from './flags.ts';
import { ALL_KEYS } from './keys.ts';
import { defaultDataDir, findConfig, type Surroundings } from './locations.ts';
import { RULES } from './rules/all.ts';
import { checkFiles } from './rules/files.ts';
import { idleKeys } from './rules/livekit.ts';
import type { Conflict, RuleFacts } from './rules/rule.ts';
import { type Origin, type ParsedValues, parseEntries } from './values.ts';

export interface LoadInput extends Surroundings {
  /** Options by long name (`port`, `log-level`); `config` names the file. */
  readonly flags: Flags;
}

/** Where the value of each key comes from, by its name (`server.port`). */
export type ConfigOrigins = Readonly<Record<string, Origin>>;

export interface LoadedConfig {
  readonly config: Config;
  readonly given: ConfigOrigins;
  /** The file that was read, if any. */
  readonly path?: string;
  readonly secretsGiven: GivenSecrets;
  /** Sentences about what is allowed but surely not meant. */
  readonly warnings: readonly string[];
}

/**
 * The configuration from defaults, file, environment and flags, each over the one before, validated as a whole.
 * @throws DomainError `config_invalid` with every fault (`details.faults`); its message lists them, one by one;
 * `config_forbidden` when the file may not be read.
 */
export async function loadConfig(input: LoadInput): Promise<LoadedConfig> {
  const path = await findConfig(input.flags.config, input);
  const file = path === undefined ? undefined : await readConfigFile(path);
  const environment = await readEnvironment(input.env);
  const entries = [...(file?.entries ?? []), ...environment.entries, ...readFlags(input.flags)];
  const values = parseEntries(entries, { baseDir: input.cwd, home: input.env.HOME });

  const config = assembleConfig(values.given, defaultDataDir(input));
  // A key with a fault counts as given: that it is wrong was said, that it is missing would be untrue.
  const facts = { config, isGiven: (key: string) => values.given.has(key) || values.faulty.has(key) };
  const conflicts = await findConflicts(facts, values);
  const faults = [...(file?.faults ?? []), ...environment.faults, ...values.faults, ...conflicts];
  if (faults.length > 0) throw invalidConfig(faults);

  const secretInFile = ALL_KEYS.some(
    ({ name, secret }) => secret && values.given.get(name)?.entry.origin === 'file',
  );
  const exposed =
    file?.exposed && secretInFile ? [`${path}: holds a secret that others may read; chmod o-r`] : [];
  return {
    config,
    given: Object.fromEntries(
      ALL_KEYS.map(({ name }) => [name, values.given.get(name)?.entry.origin ?? 'default'] as const),
    ),
    ...(path === undefined ? {} : { path }),
    secretsGiven: secretsIn(values),
    warnings: [...exposed, ...idleKeys(facts)],
  };
}

async function findConflicts(facts: RuleFacts, { given, faulty }: ParsedValues): Promise<readonly Fault[]> {
  const found = RULES.filter((rule) => !rule.reads.some((key) => faulty.has(key))).flatMap((rule) =>
    rule.check(facts),
  );
  const located = (conflict: Conflict): Fault => {
    const entry = given.get(conflict.key)?.entry;
    return { ...conflict, source: entry?.source, line: entry?.line };
  };
  return [...found, ...(await checkFiles(facts))].map(located);
}

function secretsIn(values: ParsedValues): GivenSecrets {
  const accessKeyId = textOf(values, 'recording.s3.accessKeyId');
  const secretAccessKey = textOf(values, 'recording.s3.secretAccessKey');
  const otlpHeaders = textOf(values, 'telemetry.otlpHeaders');
  const oidcClientSecret = textOf(values, 'auth.oidc.clientSecret');
  return {
    apiKey: textOf(values, 'livekit.apiKey'),
    apiSecret: textOf(values, 'livekit.apiSecret'),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { s3: { accessKeyId, secretAccessKey } }),
    ...(oidcClientSecret !== undefined && { oidcClientSecret }),
    ...(otlpHeaders !== undefined && { otlpHeaders }),
  };
}

function textOf({ given }: ParsedValues, key: string): string | undefined {
  const value = given.get(key)?.value;
  return typeof value === 'string' ? value : undefined;
}
