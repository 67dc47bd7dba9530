const SHOWN_FROM_MS = 50;

/** Says on stderr what begins, and how long it took once it is done. stdout stays free for the program that is run. */
export async function step<T>(name: string, run: () => Promise<T>): Promise<T> {
  const started = performance.now();
  console.error(`${name} ...`);
  const result = await run();
  const ms = performance.now() - started;
  if (ms >= SHOWN_FROM_MS) console.error(`${name}: done in ${seconds(ms)}`);
  return result;
}

/** Milliseconds as people read them: `0.4 s`, `2 min 51 s`. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
