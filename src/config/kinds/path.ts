import { join, resolve } from 'node:path';
import { accept, type Kind, type Parsed, refuse } from './kind.ts';
import { text } from './plain.ts';

/** An absolute path; a relative one starts at the file's directory, and `~/` at home. */
export const path: Kind<string> = {
  expects: 'a path',
  placeholder: 'path',
  parse(raw, place): Parsed<string> {
    const parsed = text(this.expects, 'path').parse(raw, place);
    if (!parsed.ok || parsed.value === undefined) return parsed;
    if (parsed.value.includes('\0')) return refuse('has a NUL character', 'remove it');
    if (!parsed.value.startsWith('~/')) return accept(resolve(place.baseDir, parsed.value));
    if (place.home === undefined)
      return refuse('starts with ~, but there is no home', 'write an absolute path');
    return accept(join(place.home, parsed.value.slice(2)));
  },
  show: (value) => value,
};
