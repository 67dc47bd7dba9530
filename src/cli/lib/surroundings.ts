import type { Surroundings } from '../../config/locations.ts';

/** This process's environment, the one place where the command line reads it for the configuration. */
export function surroundings(): Surroundings {
  return { env: process.env, cwd: process.cwd(), isRoot: process.getuid?.() === 0 };
}
