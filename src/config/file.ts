import { readFile, stat } from 'node:fs/promises';
import { DomainError } from '../lib/errors.ts';
import type { Entry } from './entries.ts';
import type { Collected } from './environment.ts';
import type { Fault } from './faults.ts';
import { showable } from './faults.ts';
import { ALL_KEYS, SECTIONS } from './keys.ts';
import { natureOf } from './kinds/kind.ts';
import { CONFIG_VERSION, migrate } from './migrations.ts';
import { fixUnknownKey } from './unknown-keys.ts';
import { readYaml } from './yaml.ts';

const MAX_CONFIG_BYTES = 256 * 1024;
/** Not by its group: the service's own file is root's, and of the service's group. */
const READABLE_BY_OTHERS = 0o004;

export interface ConfigFile extends Collected {
  /** Whether others than the owner and the group can read it: bad with a secret inside. */
  readonly exposed: boolean;
}

/**
 * What the file sets. Whatever is wrong with it is in `faults`.
 * @throws DomainError `config_forbidden` when this user may not read it
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const read = await readText(path);
  if ('fault' in read) return { entries: [], faults: [read.fault], exposed: false };

  const { value, lines, problems } = readYaml(read.text);
  const faults: Fault[] = problems.map((problem) => ({ source: path, ...problem }));
  const exposed = (read.mode & READABLE_BY_OTHERS) !== 0;
  if (!isMapping(value)) {
    const problem = `holds ${natureOf(value)}, not keys and values`;
    return {
      entries: [],
      faults: [...faults, { source: path, line: 1, problem, fix: 'start with "server:"' }],
      exposed,
    };
  }

  const { version, ...rest } = value;
  const versionFault = checkVersion(version);
  if (versionFault) {
    // The keys of a version that we don't know would all be told as unknown: noise.
    return {
      entries: [],
      faults: [...faults, { source: path, line: lines.get('version'), ...versionFault }],
      exposed,
    };
  }
  const { entries, misplaced } = collect(rest, (key, raw) => entryOf(path, lines.get(key), key, raw));
  const current = migrate(entries, typeof version === 'number' ? version : CONFIG_VERSION);
  return { entries: current, faults: [...faults, ...misplaced], exposed };
}

function entryOf(source: string, line: number | undefined, key: string, raw: unknown): Entry {
  return { key, raw, origin: 'file', source, ...(line === undefined ? {} : { line }) };
}

/** Goes down into sections. A key without a value (`host:`) counts as not given. */
function collect(
  section: Record<string, unknown>,
  toEntry: (key: string, raw: unknown) => Entry,
  prefix = '',
) {
  const entries: Entry[] = [];
  const misplaced: Fault[] = [];
  for (const [part, raw] of Object.entries(section)) {
    const key = `${prefix}${part}`;
    if (part.includes('.')) misplaced.push(unknownKey(toEntry(key, raw)));
    else if (raw === null) continue;
    else if (!SECTIONS.has(key)) entries.push(toEntry(key, raw));
    else if (isMapping(raw)) {
      const inner = collect(raw, toEntry, `${key}.`);
      entries.push(...inner.entries);
      misplaced.push(...inner.misplaced);
    } else {
      const { source, line } = toEntry(key, raw);
      const problem = `${key} is ${natureOf(raw)}, not a section`;
      misplaced.push({
        key,
        source,
        line,
        problem,
        fix: `write its keys below it, indented: ${keysIn(key)}`,
      });
    }
  }
  return { entries, misplaced };
}

function keysIn(section: string): string {
  const names = ALL_KEYS.map(({ name }) => name).filter((name) => name.startsWith(`${section}.`));
  return [...new Set(names.map((name) => name.slice(section.length + 1).split('.')[0]))].join(', ');
}

/** Without the value: a misspelt `apiSecrt` still holds a secret. */
export function unknownKey({ key, source, line }: Entry): Fault {
  return { key, source, line, problem: `${key} is not a key`, fix: fixUnknownKey(key) };
}

function checkVersion(version: unknown): Pick<Fault, 'key' | 'value' | 'problem' | 'fix'> | undefined {
  if (version === undefined || version === null) return undefined;
  const value = showable(version, false);
  if (!Number.isSafeInteger(version) || Number(version) < 1) {
    return {
      key: 'version',
      value,
      problem: 'version is no version number',
      fix: `write version: ${CONFIG_VERSION}`,
    };
  }
  if (Number(version) <= CONFIG_VERSION) return undefined;
  return {
    key: 'version',
    value,
    problem: `version is newer than this didar knows (${CONFIG_VERSION})`,
    fix: 'run the didar that wrote it, or a newer one',
  };
}

async function readText(path: string): Promise<{ text: string; mode: number } | { fault: Fault }> {
  const fault = (problem: string, fix: string) => ({ fault: { source: path, problem, fix } });
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return fault('is a directory', `name the file in it: ${path}/config.yaml`);
    // /dev/null is how one says: no file at all, not even that of the system
    if (!stats.isFile() && path !== '/dev/null') return fault('is not a regular file', 'name a YAML file');
    if (stats.size > MAX_CONFIG_BYTES) {
      return fault(`is too large (${stats.size} bytes; at most ${MAX_CONFIG_BYTES})`, 'name the right file');
    }
    const bytes = await readFile(path);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), mode: stats.mode };
  } catch (error) {
    if (error instanceof TypeError) return fault('is not UTF-8 text', 'save it as UTF-8');
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return fault('does not exist', 'name a file that does, or leave --config and DIDAR_CONFIG out');
      case 'EACCES':
      case 'EPERM':
        // Of the service's own configuration nothing is wrong: whoever asks is the wrong user.
        throw new DomainError('config_forbidden', `${path} may not be read by this user`, {
          fix: 'use sudo, or let this user read it (chmod, chown)',
          cause: error,
        });
      default:
        throw error;
    }
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
