/** What the process ends with, after sysexits.h where it has a word for it. Documented in every `--help`. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unavailable: 69,
  notPermitted: 77,
  badConfig: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a code means, for the help and the manual. */
export const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  failed: 'failed',
  usage: 'wrong usage',
  unavailable: 'a needed service is unreachable',
  notPermitted: 'not permitted',
  badConfig: 'bad configuration',
};
