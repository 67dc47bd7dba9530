import { messageOf } from '../../lib/errors.ts';
import { parseRuleset, type Ruleset } from './ruleset.ts';

/** The kernel's packet filter as nft shows it, or a sentence why it can't be read; `leftOut` as of `parseRuleset`. */
export async function readRuleset(leftOut?: string): Promise<Ruleset | string> {
  if (Bun.which('nft') === null) return 'There is no nft to ask for the rules.';
  try {
    const child = Bun.spawn(['nft', '--json', 'list', 'ruleset'], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [json, said, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    // Without CAP_NET_ADMIN nft says so, and some versions end with 0 all the same.
    if (code === 0 && said.trim() === '') return parseRuleset(json, leftOut);
    return `The rules may not be read: ${said.trim().split('\n')[0] || `nft ended with ${code}`}.`;
  } catch (error) {
    return `The rules can't be read: ${messageOf(error)}.`;
  }
}
