import { expect, test } from 'bun:test';
import { COMMANDS } from './commands.ts';
import { commandTree, everyNode } from './completion/tree.ts';
import { wholeProgram } from './completion/whole-program.ts';
import { everyTopic, TOPICS } from './help/topics.ts';
import { createProgram } from './program.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const WIDTH = 80;

async function help(...words: string[]) {
  const command = [process.execPath, 'src/main.ts', 'help', ...words];
  const child = Bun.spawn(command, { cwd: ROOT, stdout: 'pipe', stderr: 'pipe' });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, stdout, stderr };
}

test('without a word it lists commands and topics', async () => {
  const { code, stdout } = await help();
  expect(code).toBe(0);
  for (const { name, summary } of TOPICS) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  expect(stdout).toMatch(/^ {2}doctor +look for what is wrong/m);
});

test('it tells about a command however deep, a topic, and both where both have the name', async () => {
  expect((await help('service', 'install')).stdout).toStartWith('Usage: didar service install [options]');
  expect((await help('firewall')).stdout).toContain('  50000-60000/udp  media over UDP');
  const backup = (await help('backup')).stdout;
  expect(backup).toStartWith('BACKUP\n');
  expect(backup).toContain('\nUsage: didar backup ');
});

test('what there is not is told with what was meant', async () => {
  expect(await help('firewal')).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Did you mean "didar help firewall"?'),
  });
  expect((await help('service', 'instal')).stderr).toContain('Did you mean install?');
});

test('every command that a topic names is one, with the options that it is given', async () => {
  const nodes = everyNode(commandTree(await wholeProgram(await createProgram([]), COMMANDS)));
  const text = (await everyTopic()).join('\n');
  const named = [...text.matchAll(/(?:^ +|"|\| |sudo )didar ([a-z][^"\n]*?)(?= {2,}|["\n]|$)/gm)].map(
    ([, words = '']) => words,
  );
  expect(named.length).toBeGreaterThan(30);
  for (const words of named.filter((each) => !each.startsWith('help '))) {
    const [first = ''] = words.split(' ');
    const path = nodes
      .filter((node) => `didar ${words} `.startsWith(`${node.path} `))
      .toSorted((a, b) => b.path.length - a.path.length)[0];
    expect(path?.path, `didar ${words}`).toStartWith(`didar ${first}`);
    expect(path?.children, `didar ${words} is not a whole command`).toEqual([]);
    const known = path?.options.map(({ long }) => long) ?? [];
    expect(known, `didar ${words}`).toEqual(expect.arrayContaining(words.match(/--[a-z-]+/g) ?? []));
  }
});

test.each(TOPICS.map(({ name, load }) => [name, load] as const))(
  '%s fits a terminal of 80 columns, and says what it is first',
  async (_, load) => {
    const lines = (await load())().split('\n');
    expect(lines[0]).toMatch(/^[A-Z ]+$/);
    expect(lines.filter((line) => line.length > WIDTH)).toEqual([]);
  },
);
