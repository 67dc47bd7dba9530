import { readdir } from 'node:fs/promises';
import { type Check, ok, skipped, warning } from '../../check.ts';

const DIRECTORIES = ['/usr/share/fonts', '/usr/local/share/fonts'];
/** Scripts that need fonts of their own, with a language that is written in each. */
const SCRIPTS: readonly (readonly [string, string])[] = [
  ['Latin', 'en'],
  ['Cyrillic', 'ru'],
  ['Arabic and Persian', 'fa'],
  ['Chinese', 'zh-cn'],
  ['Japanese', 'ja'],
  ['Korean', 'ko'],
];

/** The names in recordings have letters. */
export const fontsCheck: Check = {
  id: 'recording.fonts',
  title: 'Names in recordings have fonts',
  async run({ config, env }) {
    if (config.recording.backend !== 'builtin') return skipped('The egress worker composes.');
    if (Bun.which('ffmpeg', { PATH: env.PATH ?? '' }) === null)
      return skipped('Without ffmpeg none is drawn.');
    const home = env.HOME === undefined ? [] : [`${env.HOME}/.fonts`, `${env.HOME}/.local/share/fonts`];
    const files = (await Promise.all([...DIRECTORIES, ...home].map(fontsIn))).flat();
    if (files.length === 0) {
      return warning(`There is no font in ${DIRECTORIES.join(' or ')}: names stay empty.`, {
        fix: 'apt install fonts-dejavu-core   (and fonts-noto-cjk for Chinese, Japanese and Korean)',
      });
    }
    const lister = Bun.which('fc-list', { PATH: env.PATH ?? '' });
    if (lister === null) return ok(`${files.length} fonts.`);
    const known = await Promise.all(SCRIPTS.map(([, language]) => hasFont(lister, language)));
    const missing = SCRIPTS.filter((_, i) => !known[i]).map(([script]) => script);
    const lacking = missing.length === 0 ? '' : `; none for ${missing.join(', ')} (package fonts-noto-cjk)`;
    return ok(`${files.length} fonts${lacking}.`);
  },
};

async function fontsIn(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  return names.filter((name) => /\.(ttf|otf|ttc|pfb)$/i.test(name));
}

async function hasFont(lister: string, language: string): Promise<boolean> {
  const child = Bun.spawn([lister, '-q', `:lang=${language}`], { stdio: ['ignore', 'ignore', 'ignore'] });
  return (await child.exited) === 0;
}
