import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type Didar, startDidar } from '../harness/didar.ts';
import { cleanEnvironment, didarCommand } from '../harness/executable.ts';
import { attend, login } from '../harness/people.ts';
import { runProcess } from '../harness/process.ts';
import '../harness/slow.ts';

describe('the shell does what the dashboard does', () => {
  let didar: Didar;

  beforeAll(async () => {
    didar = await startDidar();
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  /** A command that must end well. */
  async function run(args: string[], stdin?: string): Promise<string> {
    const { code, stdout, stderr } = await didar.cli([...args, '--socket', didar.socket], { stdin });
    expect({ args, code, stderr }).toMatchObject({ args, code: 0 });
    return stdout;
  }
  const json = async <T>(args: string[], stdin?: string): Promise<T> =>
    JSON.parse(await run([...args, '--json'], stdin));
  const items = <T>(list: T[] | { items: T[] }): T[] => (Array.isArray(list) ? list : list.items);

  test('an account is made, listed, gets another password, is disabled and deleted', async () => {
    const email = 'cli@example.org';
    await run(
      ['user', 'create', '--email', email, '--name', 'Cli', '--role', 'admin', '--password-stdin'],
      'first password\n',
    );
    expect((await login(didar, email, 'first password')).user.role).toBe('admin');
    const listed = items(await json<{ email: string }[]>(['user', 'list']));
    expect(listed.map((user) => user.email)).toContain(email);
    await run(['user', 'password', email, '--password-stdin'], 'second password\n');
    await expect(login(didar, email, 'first password')).rejects.toThrow('401');
    await login(didar, email, 'second password');
    // The last admin is not shut out by mistake, so there is another one.
    await run(
      [
        'user',
        'create',
        '--email',
        'other@example.org',
        '--name',
        'O',
        '--role',
        'admin',
        '--password-stdin',
      ],
      'other password\n',
    );
    await run(['user', 'disable', email]);
    await expect(login(didar, email, 'second password')).rejects.toThrow();
    await run(['user', 'delete', email, '--yes']);
    const left = items(await json<{ email: string }[]>(['user', 'list']));
    expect(left.map((user) => user.email)).not.toContain(email);
  });

  test('a token is shown once and opens what its scopes say', async () => {
    const made = await json<{ id: string; token: string }>([
      'token',
      'create',
      '--name',
      'ci',
      '--scope',
      'read',
    ]);
    expect((await didar.api('/api/system', { token: made.token })).status).toBe(200);
    expect((await didar.api('/api/user', { token: made.token })).status).toBe(403);
    expect(await run(['token', 'list', '--json'])).not.toContain(made.token);
    await run(['token', 'delete', made.id]);
    expect((await didar.api('/api/system', { token: made.token })).status).toBe(401);
  });

  test('a room is made, shown with who is in it, and someone is kicked from the shell', async () => {
    const room = await json<{ name: string }>(['room', 'create', 'cli-room', '--access', 'public']);
    expect(room.name).toBe('cli-room');
    const guest = await attend(didar, 'cli-room', { name: 'Guest of the shell' });
    try {
      expect(await run(['room', 'list'])).toContain('cli-room');
      expect(await run(['room', 'participants', 'cli-room'])).toContain(guest.identity);
      await run(['room', 'kick', 'cli-room', guest.identity]);
      await guest.client.until((state) => state.connection === 'disconnected', 'the guest to be out', 10_000);
      await run(['room', 'delete', 'cli-room']);
      expect((await didar.local('/api/room/cli-room')).status).toBe(404);
    } finally {
      await guest.client.close();
    }
  });

  test('mistakes end with the documented codes', async () => {
    const code = async (...args: string[]) => (await didar.cli([...args, '--socket', didar.socket])).code;
    expect(await code('no-such-command')).toBe(2);
    expect(await code('user', 'create', '--no-such-option')).toBe(2);
    expect(await code('room', 'participants', 'not-there')).toBe(1);
    expect((await didar.cli(['room', 'list', '--socket', `${didar.home}/nobody.sock`])).code).toBe(69);
    const remote = await didar.cli(['room', 'list', '--url', didar.url]);
    expect(remote.code).toBe(77);
  });

  test('every command explains itself, with its exit codes', async () => {
    const help = await runProcess({ command: [...didarCommand(), '--help'], env: didar.env });
    expect(help.code).toBe(0);
    for (const command of ['serve', 'user', 'token', 'room', 'config', 'version']) {
      expect(help.stdout).toContain(command);
      const own = await runProcess({ command: [...didarCommand(), command, '--help'], env: didar.env });
      expect({ command, code: own.code }).toEqual({ command, code: 0 });
      expect(own.stdout).toContain('Exit codes');
    }
  });

  test('the versions of all that is inside are told', async () => {
    const { stdout } = await didar.cli(['version', '--json']);
    const versions: Record<string, string> = JSON.parse(stdout);
    expect(versions.bun).toBe(Bun.version);
    expect(stdout).toMatch(/1\.\d+\.\d+/);
  });
});

describe('without a daemon', () => {
  test('the first admin can be made before the first start, and logs in after it', async () => {
    const home = mkdtempSync(`${tmpdir()}/didar-cli-`);
    try {
      const made = await runProcess({
        command: [
          ...didarCommand(),
          ...['user', 'create', '--email', 'first@example.org', '--name', 'First', '--role', 'admin'],
          ...['--password-stdin', '--data', `${home}/didar`],
        ],
        env: cleanEnvironment(home),
        stdin: 'first password\n',
      });
      expect(made).toMatchObject({ code: 0 });
      const didar = await startDidar({ home });
      try {
        expect((await login(didar, 'first@example.org', 'first password')).user.role).toBe('admin');
      } finally {
        await didar.cleanUp();
      }
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
