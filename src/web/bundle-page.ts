import { join } from 'node:path';

/** The entry of each page's script. */
const ENTRIES = { meeting: 'page/main.ts', account: 'account/main.ts' } as const;

/**
 * The script of a page, minified for browsers; that of the meeting has LiveKit's client in it. The build embeds them; a
 * server that runs from source makes each when it is first asked for.
 */
export async function bundlePage(page: keyof typeof ENTRIES): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, ENTRIES[page])],
    target: 'browser',
    minify: true,
  });
  const [script] = outputs;
  if (!script) throw new Error(`the ${page} page was bundled into nothing`);
  return script.text();
}
