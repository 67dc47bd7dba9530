import { EXIT, type ExitCode } from '../lib/exit-codes.ts';

const BY_CODE: Readonly<Record<string, ExitCode>> = {
  usage: EXIT.usage,
  daemon_not_running: EXIT.unavailable,
  daemon_unreachable: EXIT.unavailable,
  livekit_unavailable: EXIT.unavailable,
  not_ready: EXIT.unavailable,
  socket_forbidden: EXIT.notPermitted,
  forbidden: EXIT.notPermitted,
  unauthorized: EXIT.notPermitted,
  port_forbidden: EXIT.notPermitted,
};

const BY_BEGINNING: readonly (readonly [string, ExitCode])[] = [
  ['config_', EXIT.badConfig],
  ['binary_', EXIT.badConfig],
];

/** The exit code that a coded error ends the process with; 1 for every code without a place in the table. */
export function exitCodeOf(code: string): ExitCode {
  const beginning = BY_BEGINNING.find(([start]) => code.startsWith(start));
  return BY_CODE[code] ?? beginning?.[1] ?? EXIT.failed;
}
