import { afterAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../commands.ts';
import { everyTopic } from '../help/topics.ts';
import { manPage } from '../man/page.ts';
import { createProgram } from '../program.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { commandTree, everyNode } from './tree.ts';
import { wholeProgram } from './whole-program.ts';
import { zshCompletion } from './zsh.ts';

const LIMIT_MS = 60_000;
const tree = commandTree(await wholeProgram(await createProgram([]), COMMANDS));
const directory = await mkdtemp(join(tmpdir(), 'didar-completion-'));
afterAll(() => rm(directory, { recursive: true }));

async function output(command: readonly string[], stdin = ''): Promise<string> {
  const child = Bun.spawn([...command], {
    stdin: new Blob([stdin]),
    stdout: 'pipe',
    stderr: 'pipe',
    env: { ...process.env, HOME: directory },
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect(err).toBe('');
  return out.trim();
}

test('every command of the help is completed, and none that is hidden', () => {
  const paths = everyNode(tree).map(({ path }) => path);
  expect(paths).toContain('didar room create');
  for (const { name, hidden = false } of COMMANDS) expect(paths.includes(`didar ${name}`)).toBe(!hidden);
});

test.skipIf(Bun.which('bash') === null)(
  'bash completes commands, their commands, and options (bash)',
  async () => {
    const complete = async (...words: string[]) => {
      const asked = `COMP_WORDS=(didar ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _didar; echo "\${COMPREPLY[*]}"`;
      return (await output(['bash'], `${bashCompletion(tree)}\n${asked}\n`)).split(' ');
    };
    expect(await complete('ser')).toEqual(['serve', 'service']);
    expect(await complete('service', 'un')).toEqual(['uninstall']);
    expect(await complete('service', 'install', '--mem')).toEqual(['--memory-max']);
    expect(await complete('service', 'install', '--no-start', '--dry')).toEqual(['--dry-run']);
    // a value: bash goes on to the names of files
    expect(await complete('serve', '--config', '')).toEqual(['']);
    expect(await complete('completion', '')).toContain('--help');
  },
  LIMIT_MS,
);

test.skipIf(Bun.which('zsh') === null)(
  'zsh reads its script (zsh)',
  async () => {
    const script = `autoload -U compinit && compinit -D\n${zshCompletion(tree)}\n`;
    expect(await output(['zsh', '-f'], `${script}print -r -- $_comps[didar]\n`)).toBe('_didar');
  },
  LIMIT_MS,
);

test.skipIf(Bun.which('fish') === null)(
  'fish completes, and tells what each word does (fish)',
  async () => {
    const script = fishCompletion(tree);
    const complete = (line: string) => output(['fish', '--no-config'], `${script}\ncomplete -C '${line}'\n`);
    expect(await complete('didar serv')).toMatch(/^serve\t.+\nservice\t.+$/);
    expect(await complete('didar service un')).toMatch(/^uninstall\tStops the service/);
    expect(await complete('didar service install --mem')).toMatch(/^--memory-max\t/);
  },
  LIMIT_MS,
);

test.skipIf(Bun.which('groff') === null)(
  'the manual page has every command, and nothing that roff warns of (groff)',
  async () => {
    const page = await output(['groff', '-man', '-Tutf8', '-ww'], manPage(tree, await everyTopic(), '1.0.0'));
    // bold and underlined as typewriters did it: a letter, back, a letter
    const plain = page.replaceAll(new RegExp(`.${String.fromCharCode(8)}`, 'gu'), '');
    for (const { path, children } of everyNode(tree)) {
      if (children.length === 0) expect(plain).toContain(path);
    }
    expect(plain).toContain('--memory-max <size>');
    expect(plain).toMatch(/78\s+bad configuration/);
  },
  LIMIT_MS,
);
