import { afterAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDir } from '../config/data-dir.ts';
import { lockForDaemon } from '../config/data-dir-lock.ts';

const root = await mkdtemp(join(tmpdir(), 'didar-cli-accounts-'));
afterAll(() => rm(root, { recursive: true }));

const MAIN = join(import.meta.dir, '../main.ts');
const LIMIT_MS = 60_000;

const textOf = (stream: ReadableStream) => new Response(stream).text();

/** The command in a process of its own, on a data directory that no daemon serves. */
async function didar(data: string, args: string[], stdin = '') {
  const child = Bun.spawn([process.execPath, MAIN, ...args, '--data', join(root, data)], {
    stdin: new Blob([stdin]),
    stdout: 'pipe',
    stderr: 'pipe',
    env: { PATH: process.env.PATH, HOME: root },
  });
  const [out, err, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), child.exited]);
  return { out, err, code };
}

const create = (data: string, email: string, ...more: string[]) =>
  didar(data, ['user', 'create', '--email', email, '--password-stdin', ...more], 'correct horse\n');

test(
  'without a daemon accounts are made, shown, changed and removed in the database itself',
  async () => {
    expect((await didar('a', ['setup'])).out).toMatch(/^Setup code: \w{4}-\w{4}-\w{4}$/m);
    expect(await create('a', 'ada@example.org', '--role', 'admin')).toMatchObject({ code: 0, err: '' });
    expect(await create('a', 'bob@example.org', '--name', 'Bob')).toMatchObject({ code: 0 });
    expect((await didar('a', ['setup'])).out).toContain('has an admin already');

    const list = await didar('a', ['user', 'list', '--json']);
    expect(JSON.parse(list.out)).toMatchObject([
      { email: 'ada@example.org', name: 'ada', role: 'admin' },
      { email: 'bob@example.org', name: 'Bob', role: 'user' },
    ]);
    const disabled = await didar('a', ['user', 'disable', 'bob@example.org', '--json']);
    expect(JSON.parse(disabled.out)).toMatchObject({ name: 'Bob', disabled: true });
    expect((await didar('a', ['user', 'delete', 'bob@example.org', '--yes'])).out).toBe(
      'deleted bob@example.org\n',
    );
  },
  LIMIT_MS,
);

test(
  'an API token is printed alone, so that a script can take it',
  async () => {
    const made = await didar('b', ['token', 'create', '--name', 'backup', '--scope', 'read,rooms']);
    expect(made.out).toMatch(/^didar_[\w-]{43}\n$/);
    const list = await didar('b', ['token', 'list']);
    expect(list.out).toContain('read,rooms');
    expect(list.out).not.toContain(made.out.trim());
  },
  LIMIT_MS,
);

test(
  'what goes wrong is one line with its fix, and its own exit code',
  async () => {
    await create('c', 'ada@example.org', '--role', 'admin');
    const cases: [string[], number, string][] = [
      [['user', 'disable', 'ada@example.org'], 1, 'ada@example.org is the only admin left.'],
      [['user', 'show', 'eve@example.org'], 1, 'There is no user with the email eve@example.org.'],
      [['user', 'password', 'ada@example.org'], 2, 'there is no terminal to ask'],
      [['user', 'delete', 'ada@example.org'], 2, 'Delete the user ada@example.org?'],
      [['user', 'set', 'ada@example.org', '--role', 'owner'], 2, '--role owner'],
      [['token', 'create', '--name', 'x', '--scope', 'all'], 2, '--scope all'],
      [['token', 'create', '--name', 'x', '--scope', 'read', '--expires', 'soon'], 2, '--expires soon'],
      [['token', 'delete', 't_none'], 1, 'There is no API token t_none.'],
    ];
    const answers = await Promise.all(cases.map(([args]) => didar('c', args)));
    for (const [i, answer] of answers.entries()) {
      const [, code, message] = cases[i] ?? [[], 0, ''];
      expect(answer.err).toStartWith('error: ');
      expect(answer.err).toContain(message);
      expect(answer.err).toContain('\nfix: ');
      expect(answer.code).toBe(code);
    }
    const short = await didar('c', ['user', 'create', '--email', 'b@c.d', '--password-stdin'], 'short');
    expect(short.err).toContain('A password of at least 8 characters.');
  },
  LIMIT_MS,
);

test(
  'while a daemon starts, a command waits for its socket and does not touch the database',
  async () => {
    const dataDir = await openDataDir(join(root, 'd'));
    const lock = await lockForDaemon(dataDir, { pid: process.pid });
    const refused = await didar('d', ['user', 'list']);
    expect(refused).toMatchObject({ code: 69, out: '' });
    expect(refused.err).toContain(`didar (pid ${process.pid})`);

    const answered = didar('d', ['user', 'list', '--json']);
    const items = [{ email: 'from the daemon' }];
    const daemon = Bun.serve({ unix: dataDir.socket, fetch: () => Response.json({ items, next: null }) });
    expect(JSON.parse((await answered).out)).toEqual(items);
    await daemon.stop(true);
    await lock.release();
    expect((await didar('d', ['user', 'list'])).code).toBe(0);
  },
  LIMIT_MS,
);
