import { join } from 'node:path';
import { licenseIn } from './go-licenses.ts';
import type { BuiltLiveKit } from './livekit-server.ts';

interface Part {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** Told by what the texts say; the first that matches counts. */
const KNOWN: readonly (readonly [string, RegExp])[] = [
  ['Apache-2.0', /Apache License\s+Version 2\.0/],
  ['MPL-2.0', /Mozilla Public License,? (?:Version|v\.) ?2\.0/i],
  ['BSD-3-Clause', /Redistribution and use[\s\S]*(?:Neither the name|names? of (?:its|the) contributors)/i],
  ['BSD-2-Clause', /Redistribution and use/i],
  ['ISC', /Permission to use, copy, modify, and\/or distribute/i],
  ['MIT', /Permission is hereby granted, free of charge/i],
];

/** The licences of everything in the executable: a table of names, versions and licences, then every distinct text. */
export async function licensesText(root: string, livekit: BuiltLiveKit): Promise<string> {
  const parts = [bunItself(), ...(await npmParts(root)), ...livekit.licenses.map(goPart)];
  const table = parts.map((part) => `${part.name} ${part.version}: ${part.license}`).join('\n');
  const texts = Map.groupBy(
    parts.filter((part) => part.text !== ''),
    (part) => part.text.replace(/\s+/g, ' ').trim(),
  );
  const chapters = [...texts.values()].map(
    (users) =>
      `${users.map((part) => `${part.name} ${part.version}`).join('\n')}\n\n${users[0]?.text.trim()}`,
  );
  return `didar contains:\n\n${table}\n\n${chapters.map((chapter) => `${'-'.repeat(80)}\n${chapter}\n`).join('\n')}`;
}

function bunItself(): Part {
  const license =
    'MIT; it links JavaScriptCore (LGPL-2.0) and others, see https://bun.sh/docs/project/license';
  return { name: 'bun', version: Bun.version, license, text: '' };
}

function goPart({ name, version, text }: BuiltLiveKit['licenses'][number]): Part {
  return {
    name,
    version,
    text,
    license: KNOWN.find(([, pattern]) => pattern.test(text))?.[0] ?? 'see its repository',
  };
}

/** What package.json depends on to run, and what that depends on. */
async function npmParts(root: string): Promise<Part[]> {
  const found = new Map<string, Part>();
  const { dependencies } = await Bun.file(join(root, 'package.json')).json();
  const open = Object.keys(dependencies);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const directory = join(root, 'node_modules', name);
    const manifest = Bun.file(join(directory, 'package.json'));
    if (!(await manifest.exists())) continue; // an optional peer that nobody installed
    const { version, license, dependencies: further = {} } = await manifest.json();
    const text = await licenseIn(directory);
    found.set(name, { name, version, license: String(license ?? 'see its package'), text });
    open.push(...Object.keys(further));
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}
