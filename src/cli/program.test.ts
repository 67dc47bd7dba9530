import { expect, test } from 'bun:test';
import { DomainError } from '../lib/errors.ts';
import { COMMANDS } from './commands.ts';
import { exitCodeOf } from './exit-codes-of.ts';
import { describeError } from './lib/describe-error.ts';
import { createProgram, withDefaultCommand } from './program.ts';

test('bare didar is the dashboard on a terminal and the server elsewhere, with its options', () => {
  expect(withDefaultCommand([], true)).toEqual(['tui']);
  expect(withDefaultCommand(['--port', '80'], false)).toEqual(['serve', '--port', '80']);
  expect(withDefaultCommand(['--help'], false)).toEqual(['--help']);
  expect(withDefaultCommand(['--version'], true)).toEqual(['version']);
  expect(withDefaultCommand(['user', 'list'], true)).toEqual(['user', 'list']);
});

test('the help lists every command but the hidden ones, and the exit codes', async () => {
  let help = '';
  const program = await createProgram([]);
  program.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  for (const { name, hidden, summary } of COMMANDS) {
    expect(help.includes(`  ${name} `) && help.includes(summary)).toBe(!hidden);
  }
  expect(help).toContain('78  bad configuration');
});

test.each(COMMANDS.map((entry) => entry.name))(
  '`didar %s` has a file that makes a command of this name',
  async (name) => {
    const program = await createProgram([name]);
    const command = program.commands.find((each) => each.name() === name);
    expect(command?.description()).toBeTruthy();
  },
);

test('an error is told in two lines: what happened and what to do', () => {
  const error = new DomainError('room_not_found', 'there is no room abc', { fix: 'didar room list' });
  expect(describeError(error)).toBe('error: there is no room abc\nfix: didar room list\n');
});

test('exit codes tell bad configuration, missing services and missing rights apart', () => {
  const exitOf = (code: string, status?: number) =>
    exitCodeOf(new DomainError(code, 'x', { details: { status } }));
  expect(exitOf('config_invalid')).toBe(78);
  expect(exitOf('binary_missing')).toBe(78);
  expect(exitOf('daemon_not_running')).toBe(69);
  expect(exitOf('media_server_down', 503)).toBe(69);
  expect(exitOf('not_a_moderator', 403)).toBe(77);
  expect(exitOf('usage')).toBe(2);
  expect(exitOf('room_not_found', 404)).toBe(1);
});
