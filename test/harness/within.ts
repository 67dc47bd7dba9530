/** Generous, because the machine that runs the tests may be busy with something else. */
export const PATIENCE_MS = 30_000;
const PAUSE_MS = 25;

/**
 * Asks again and again until `condition` gives something truthy, and returns that. `what` completes the sentence
 * "waited … for …" of the error thrown at the limit, with what the last attempt gave or threw.
 */
export async function within<T>(
  limitMs: number,
  condition: () => T | Promise<T>,
  what: string,
  pauseMs = PAUSE_MS,
): Promise<Exclude<T, false | 0 | '' | null | undefined>> {
  const started = performance.now();
  for (;;) {
    let last: unknown;
    try {
      const result = await condition();
      if (result) return result as Exclude<T, false | 0 | '' | null | undefined>;
      last = result;
    } catch (error) {
      last = error;
    }
    if (performance.now() - started > limitMs) {
      throw new Error(`waited ${limitMs} ms for ${what}; last: ${describe(last)}`);
    }
    await Bun.sleep(pauseMs);
  }
}

/** `within` the usual patience. */
export function eventually<T>(condition: () => T | Promise<T>, what: string) {
  return within(PATIENCE_MS, condition, what);
}

/** Fails when `condition` turns true before `forMs` have passed: for promises that something stays away. */
export async function never(forMs: number, condition: () => boolean | Promise<boolean>, what: string) {
  const started = performance.now();
  while (performance.now() - started < forMs) {
    if (await condition()) {
      throw new Error(`${what} happened after ${Math.round(performance.now() - started)} ms`);
    }
    await Bun.sleep(PAUSE_MS);
  }
}

function describe(value: unknown): string {
  return value instanceof Error ? value.message : (JSON.stringify(value) ?? String(value));
}
