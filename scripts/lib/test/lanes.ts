/** Runs files side by side in as many lanes as there are, each as soon as the lanes that it fills are free. */
export async function runInLanes(
  files: readonly string[],
  { lanes, lanesOf }: { readonly lanes: number; readonly lanesOf: (file: string) => number },
  run: (file: string) => Promise<void>,
): Promise<void> {
  const waiting = [...files];
  const running = new Set<Promise<void>>();
  let free = lanes;
  while (waiting.length > 0 || running.size > 0) {
    const index = waiting.findIndex((file) => lanesOf(file) <= free);
    const [file] = index < 0 ? [] : waiting.splice(index, 1);
    if (file === undefined) {
      await Promise.race(running);
      continue;
    }
    const width = lanesOf(file);
    free -= width;
    const ended = run(file).finally(() => {
      free += width;
      running.delete(ended);
    });
    running.add(ended);
  }
}
