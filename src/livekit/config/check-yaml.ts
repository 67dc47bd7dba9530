import { type Fault, showable } from '../../config/faults.ts';
import { readYaml } from '../../config/yaml.ts';
import { suggest } from '../../lib/suggest.ts';
import { knownCause } from '../../troubles/explain.ts';
import { keysIn, lookUpKey } from './known-keys.ts';
import { ruleFaults } from './rules.ts';
import { isMapping, mismatch } from './value-kinds.ts';

/** Keys whose fault has an explanation of its own in the table of troubles. */
const EXPLAINED: Readonly<Record<string, string>> = {
  tls: 'config-tls-block',
  egress: 'config-egress-block',
};
const SECRETS = /^(?:keys\.|.*(?:password|secret|credential)$)/;

/**
 * What livekit-server of that version would refuse in a livekit.yaml, each with line, key and fix: bad YAML,
 * unknown keys, values of the wrong type, settings that don't go together. Empty when it would start with it.
 */
export function checkLiveKitYaml(text: string, version: string): readonly Fault[] {
  const { value, lines, problems } = readYaml(text);
  if (problems.length > 0) return problems;
  if (!isMapping(value)) {
    return [{ problem: 'the file is not a mapping of keys', fix: 'write "key: value" lines' }];
  }
  const found: Fault[] = [];
  checkSection(value, '', version, (fault) => found.push(fault));
  found.push(...ruleFaults(value));
  return found
    .map((fault) => ({
      ...fault,
      ...(fault.key !== undefined && lines.has(fault.key) && { line: lines.get(fault.key) }),
    }))
    .sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
}

function checkSection(
  section: Readonly<Record<string, unknown>>,
  path: string,
  version: string,
  report: (fault: Fault) => void,
): void {
  for (const [name, value] of Object.entries(section)) {
    const key = path === '' ? name : `${path}.${name}`;
    const known = lookUpKey(withoutIndexes(key), version);
    if (!known?.known) {
      report({ key, ...unknownKey(key, version) });
      continue;
    }
    const expected = mismatch(value, known.kind);
    if (expected !== undefined) {
      report({
        key,
        value: showable(value, SECRETS.test(key)),
        problem: `${key} takes ${expected}`,
        fix: `write ${expected}, or remove the key`,
      });
    } else if (known.kind === 'map' && isMapping(value)) {
      checkSection(value, key, version, report);
    } else if (Array.isArray(value)) {
      value.forEach((item, i) => {
        if (isMapping(item)) checkSection(item, `${key}[${i}]`, version, report);
      });
    }
  }
}

function unknownKey(key: string, version: string): Pick<Fault, 'problem' | 'fix'> {
  const problem = `livekit-server ${version} does not know ${key}`;
  const explained = knownCause(EXPLAINED[key] ?? '');
  if (explained !== undefined) return { problem, fix: explained.fix };
  const row = lookUpKey(withoutIndexes(key), version);
  if (row?.until !== undefined) return { problem, fix: `remove it: it is gone since ${row.until}` };
  if (row?.since !== undefined)
    return { problem, fix: `remove it, or use livekit-server ${row.since} or newer` };
  const path = withoutIndexes(key.slice(0, Math.max(0, key.lastIndexOf('.'))));
  const near = suggest(key.slice(key.lastIndexOf('.') + 1), keysIn(path));
  return { problem, fix: near === undefined ? 'remove it' : `did you mean ${near}?` };
}

function withoutIndexes(key: string): string {
  return key.replace(/\[\d+\]/g, '[]');
}
