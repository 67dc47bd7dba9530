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

test('an error is told in lines: what happened, every fault with its place and fix, what to do', () => {
  const faults = [
    { key: 'server.port', line: 3, message: '"abc" is not a port', fix: 'a number from 1 to 65535' },
  ];
  const error = new DomainError('config_invalid', 'config.yaml has 1 fault', {
    fix: 'mend it',
    details: { faults },
  });
  expect(describeError(error)).toBe(
    [
      'error: config.yaml has 1 fault',
      '  line 3: server.port: "abc" is not a port',
      '    fix: a number from 1 to 65535',
      'fix: mend it\n',
    ].join('\n'),
  );
});

test('exit codes tell bad configuration, missing services and missing rights apart', () => {
  expect(exitCodeOf('config_invalid')).toBe(78);
  expect(exitCodeOf('binary_missing')).toBe(78);
  expect(exitCodeOf('daemon_not_running')).toBe(69);
  expect(exitCodeOf('forbidden')).toBe(77);
  expect(exitCodeOf('usage')).toBe(2);
  expect(exitCodeOf('room_not_found')).toBe(1);
});
