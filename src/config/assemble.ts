import type { Config } from './config.ts';
import { type DefaultFacts, isKey } from './key.ts';
import { KEYS } from './table.ts';
import type { Given } from './values.ts';

/** Given values and defaults as one object. Secrets are left out. */
export function assembleConfig(given: ReadonlyMap<string, Given>, defaultDataDir: string): Config {
  const text = (key: string, otherwise: string) => {
    const value = given.get(key)?.value;
    return typeof value === 'string' ? value : otherwise;
  };
  const facts: DefaultFacts = {
    dataDir: text('data', defaultDataDir),
    tlsOn: text('server.tls.mode', 'off') !== 'off',
  };
  // The type of KEYS holds a key of the right type for each value of Config: the walk yields nothing else.
  return fill(KEYS, given, facts) as unknown as Config;
}

function fill(table: object, given: ReadonlyMap<string, Given>, facts: DefaultFacts, prefix = '') {
  const filled: Record<string, unknown> = {};
  for (const [part, node] of Object.entries(table) as [string, object][]) {
    const name = `${prefix}${part}`;
    if (!isKey(node)) filled[part] = fill(node, given, facts, `${name}.`);
    else if (!node.secret) {
      const value = given.has(name) ? given.get(name)?.value : defaultOf(node.default, facts);
      if (value !== undefined) filled[part] = value;
    }
  }
  return filled;
}

function defaultOf(value: unknown, facts: DefaultFacts): unknown {
  return typeof value === 'function' ? value(facts) : value;
}
