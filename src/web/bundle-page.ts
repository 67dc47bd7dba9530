import { join } from 'node:path';

/**
 * The script of the meeting page with LiveKit's client in it, minified for browsers. The build embeds it; a server
 * that runs from source makes it when it is first asked for.
 */
export async function bundlePage(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, 'page/main.ts')],
    target: 'browser',
    minify: true,
  });
  const [script] = outputs;
  if (!script) throw new Error('the meeting page was bundled into nothing');
  return script.text();
}
