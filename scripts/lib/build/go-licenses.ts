import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { output } from '../command.ts';

/** A module that a Go binary was linked from, with the text of its licence where the module cache has it. */
export interface GoLicense {
  readonly name: string;
  readonly version: string;
  readonly text: string;
}

/** The modules in a Go binary, from the build information that it carries; empty when Go is not there to read it. */
export async function goLicenses(binary: string): Promise<GoLicense[]> {
  if (!Bun.which('go')) return [];
  const [info, env] = await Promise.all([
    output(['go', 'version', '-m', binary]),
    output(['go', 'env', 'GOMODCACHE', 'GOROOT']),
  ]);
  const [cache = '', goroot = ''] = env.split('\n');
  const goVersion = /: go(\S+)/.exec(info)?.[1] ?? 'unknown';
  const standardLibrary = { name: 'go', version: goVersion, text: await licenseIn(goroot) };
  const modules = [...info.matchAll(/^\t(?:mod|dep)\t(\S+)\t(v\S+)/gm)];
  const linked = await Promise.all(
    modules.map(async ([, name = '', version = '']) => ({
      name,
      version: version.slice(1),
      text: await licenseIn(join(cache, `${escaped(name)}@${escaped(version)}`)),
    })),
  );
  return [standardLibrary, ...linked];
}

/** The text of a folder's licence file; empty when it has none or is not there. */
export async function licenseIn(directory: string): Promise<string> {
  const names = await readdir(directory).catch((): string[] => []);
  const name = names.find((each) => /^(licen[cs]e|copying)/i.test(each));
  return name ? readFile(join(directory, name), 'utf8').catch(() => '') : '';
}

/** The module cache writes capitals as `!` and the small letter (golang.org/ref/mod, "Module cache"). */
function escaped(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}
