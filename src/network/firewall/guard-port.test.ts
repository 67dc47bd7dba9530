import { expect, test } from 'bun:test';
import { guardPort } from './guard-port.ts';

test('the port is closed by a table of its own, and opened again', async () => {
  const scripts: string[] = [];
  const guard = await guardPort({
    port: 4711,
    owner: '/data',
    nft: async (script) => void scripts.push(script),
  });
  expect(guard.state).toBe('closed');
  expect(scripts[0]).toContain('iifname != "lo" tcp dport 4711 drop');
  await guard.release();
  expect(scripts[1]).toMatch(/^table inet didar_\w+\ndelete table inet didar_\w+\n$/);
});

test('what can not be closed is said', async () => {
  const guard = await guardPort({
    port: 4711,
    owner: '/data',
    nft: () => Promise.reject(new Error('nft: Operation not permitted')),
  });
  expect(guard).toMatchObject({ state: 'open', reason: 'nft: Operation not permitted' });
});

const mayMakeNamespaces =
  process.getuid?.() === 0 && Bun.which('nft') !== null && Bun.which('unshare') !== null;

test.skipIf(!mayMakeNamespaces)(
  'nftables takes the rules, also over those that a killed daemon left',
  async () => {
    const child = Bun.spawn(['unshare', '--net', process.execPath, '--eval', PROGRAM, import.meta.dir], {
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [code, said] = await Promise.all([child.exited, new Response(child.stdout).text()]);
    expect({ code, said: said.trim().split('\n') }).toEqual({
      code: 0,
      said: ['closed', 'closed', 'true', 'false'],
    });
  },
);

const PROGRAM = `
const { guardPort } = await import(process.argv[1] + '/guard-port.ts');
const rules = async () => new Response(Bun.spawn(['nft', 'list', 'ruleset']).stdout).text();
console.log((await guardPort({ port: 4711, owner: 'a' })).state);
const guard = await guardPort({ port: 4712, owner: 'a' });
console.log(guard.state);
console.log((await rules()).includes('dport 4712') && !(await rules()).includes('dport 4711'));
await guard.release();
console.log((await rules()).includes('dport 4712'));
`;
