import { bundle } from '../../lib/bundle.ts';

/** The beginning of a command line that runs this same program: the executable, or Bun with the source. */
export function selfCommand(): string[] {
  return bundle ? [process.execPath] : [process.execPath, Bun.main];
}
