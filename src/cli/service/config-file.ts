import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Machine } from './machine.ts';
import { PLACES } from './places.ts';

/** What the operator says of the server. */
export interface Answers {
  readonly host: string;
  readonly tls: string;
  readonly email?: string | undefined;
  /** As given: whether it is a port is for the configuration to say. */
  readonly port?: string | undefined;
  readonly data?: string | undefined;
}

/** The first configuration file: few keys, since the rest has defaults. */
export function configFile({ host, tls, email, port, data }: Answers): string {
  // a JSON string is one of YAML too
  const quoted = (value: string) => (/^[\w.@/-]+$/.test(value) ? value : JSON.stringify(value));
  const lines = [
    '# Yours from now on: no installation changes it again. All keys: didar config show',
    'server:',
    `  host: ${quoted(host)}`,
    ...(port === undefined ? [] : [`  port: ${quoted(port)}`]),
    `  tls: { mode: ${quoted(tls)}${email === undefined ? '' : `, email: ${quoted(email)}`} }`,
    ...(data === undefined ? [] : [`data: ${quoted(data)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The configuration that the service will start with: of the file that is there, else of the text that is to be.
 * @throws DomainError `config_invalid` with every fault
 */
export async function futureConfig(machine: Machine, text: string | undefined): Promise<Config> {
  const load = async (file: string) => {
    const surroundings = { env: {}, cwd: '/', isRoot: true };
    return (await loadConfig({ ...surroundings, flags: { config: file } })).config;
  };
  if (text === undefined) return load(join(machine.root, PLACES.config));
  const directory = await mkdtemp(join(tmpdir(), 'didar-install-'));
  try {
    const file = join(directory, 'config.yaml');
    await writeFile(file, text);
    return await load(file).catch((error: unknown) => {
      throw error instanceof DomainError ? asAnswers(error, file) : error;
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The file is not the operator's yet: what is wrong was said by an option. */
function asAnswers({ code, message, options }: DomainError, file: string): DomainError {
  return new DomainError(code, message.replaceAll(file, 'what you gave'), options);
}
