import type { LoadOptions, LoadResult } from './load-types.ts';

/** Runs the load in a process of its own. Rejects when a request failed. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/load.ts`, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const result: LoadResult = JSON.parse(await new Response(child.stdout).text());
  if (result.failed > 0) throw new Error(`${result.failed} of the requests failed: ${result.firstFailure}`);
  return result;
}
