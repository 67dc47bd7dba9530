import type { Step } from '../timeline/steps.ts';

/** How loud someone was in the window that begins at `at`, seconds of the timeline. */
export interface Loudness {
  readonly identity: string;
  readonly at: number;
  readonly db: number;
}

/** Below this it is a room's noise. */
const SILENCE_DB = -45;
/** Whoever is the loudest for this long takes over: a cough does not. */
const TAKES_OVER_S = 1.5;

/** Who speaks from when on: the loudest, who stays until another one has spoken for a while. */
export function speakersOf(loudness: readonly Loudness[], windowS: number): Step[] {
  const windows = new Map<number, Loudness>();
  for (const one of loudness.filter(({ db }) => db > SILENCE_DB)) {
    const window = Math.floor(one.at / windowS);
    const loudest = windows.get(window);
    if (loudest === undefined || loudest.db < one.db) windows.set(window, one);
  }
  const steps: Step[] = [];
  let next: { identity: string; since: number } | undefined;
  for (const [window, { identity }] of [...windows].sort(([a], [b]) => a - b)) {
    const at = window * windowS;
    if (identity === steps.at(-1)?.value) {
      next = undefined;
      continue;
    }
    if (next?.identity !== identity) next = { identity, since: at };
    // The first one waits for nobody.
    const taken = steps.length === 0 || at + windowS - next.since >= TAKES_OVER_S;
    if (taken) steps.push({ from: next.since, value: identity });
  }
  return steps;
}

/** Whom the steps name at a moment. */
export function stepAt(steps: readonly Step[], moment: number): string | undefined {
  const step = steps.findLast(({ from }) => from <= moment);
  return step === undefined ? undefined : String(step.value);
}
