import { dump } from 'js-yaml';
import { HIDDEN, hidePasswords } from './faults.ts';
import { ALL_KEYS } from './keys.ts';
import type { LoadedConfig } from './load.ts';
import type { Origin } from './values.ts';

/** A key with the value that is in effect, fit to be shown, and where that comes from. */
export interface EffectiveValue {
  readonly name: string;
  /** As one would write it into the file; undefined where there is none. */
  readonly value: unknown;
  readonly origin: Origin;
}

/** Every key in the order of the table, secrets and passwords hidden. */
export function effectiveValues({ config, given }: LoadedConfig): readonly EffectiveValue[] {
  return ALL_KEYS.map(({ name, kind, secret }) => {
    const origin = given[name] ?? 'default';
    if (secret) return { name, value: origin === 'default' ? undefined : HIDDEN, origin };
    const value = valueAt(config, name);
    return { name, value: value === undefined ? undefined : withoutPasswords(kind.show(value)), origin };
  });
}

/** The values as YAML that didar reads again; each line says where its value comes from. */
export function showAsYaml(values: readonly EffectiveValue[]): string {
  const lines: { readonly text: string; readonly origin?: Origin }[] = [{ text: 'version: 1' }];
  let open: readonly string[] = [];
  for (const { name, value, origin } of values) {
    const sections = name.split('.').slice(0, -1);
    sections.forEach((section, depth) => {
      if (sections.slice(0, depth + 1).join('.') === open.slice(0, depth + 1).join('.')) return;
      lines.push({ text: `${'  '.repeat(depth)}${section}:` });
    });
    open = sections;
    const indent = '  '.repeat(sections.length);
    const key = name.slice(name.lastIndexOf('.') + 1);
    if (value === undefined) lines.push({ text: `${indent}# ${key}:` });
    else lines.push({ text: `${indent}${key}: ${inline(value)}`, origin });
  }
  const width = Math.max(...lines.map(({ text }) => Bun.stringWidth(text)));
  return lines
    .map(({ text, origin }) =>
      origin ? `${text}${' '.repeat(width - Bun.stringWidth(text))}  # ${origin}` : text,
    )
    .join('\n');
}

/** The same as nested objects, without what has no value. */
export function showAsObject(values: readonly EffectiveValue[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { name, value } of values) {
    if (value === undefined) continue;
    const parts = name.split('.');
    const key = parts.pop() ?? name;
    let section = root;
    for (const part of parts) {
      section[part] ??= {};
      section = section[part] as Record<string, unknown>;
    }
    section[key] = value;
  }
  return root;
}

function valueAt(config: object, name: string): unknown {
  return name.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], config);
}

function withoutPasswords(value: unknown): unknown {
  return typeof value === 'string' ? hidePasswords(value) : value;
}

function inline(value: unknown): string {
  return dump(value, { flowLevel: 0, lineWidth: -1 }).trim();
}
