import type { DomainError } from '../lib/errors.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';

const BY_CODE: Readonly<Record<string, ExitCode>> = {
  usage: EXIT.usage,
  url_invalid: EXIT.usage,
  profile_not_found: EXIT.usage,
  profile_name_invalid: EXIT.usage,
  profiles_unreadable: EXIT.badConfig,
  daemon_not_running: EXIT.unavailable,
  daemon_unreachable: EXIT.unavailable,
  socket_forbidden: EXIT.notPermitted,
  config_forbidden: EXIT.notPermitted,
  service_needs_root: EXIT.notPermitted,
  systemd_missing: EXIT.unavailable,
  port_forbidden: EXIT.notPermitted,
  data_dir_forbidden: EXIT.notPermitted,
  upgrade_forbidden: EXIT.notPermitted,
  release_unreachable: EXIT.unavailable,
  passphrase_wrong: EXIT.notPermitted,
  certificate_unusable: EXIT.badConfig,
  acme_needs_a_name: EXIT.badConfig,
};

const BY_BEGINNING: readonly (readonly [string, ExitCode])[] = [
  ['config_', EXIT.badConfig],
  ['livekit_config_', EXIT.badConfig],
  ['binary_', EXIT.badConfig],
];

/** Of what the API answers, by HTTP status: it has more codes than a shell needs to tell apart. */
const BY_STATUS: Readonly<Record<number, ExitCode>> = {
  401: EXIT.notPermitted,
  403: EXIT.notPermitted,
  502: EXIT.unavailable,
  503: EXIT.unavailable,
  504: EXIT.unavailable,
};

/** The exit code that an error ends the process with; 1 for every error without a place in the tables. */
export function exitCodeOf({ code, details }: DomainError): ExitCode {
  const beginning = BY_BEGINNING.find(([start]) => code.startsWith(start));
  // a child of ours that failed has said already how
  const passedOn = Object.values(EXIT).find((exit) => exit === details?.exitCode);
  const status = typeof details?.status === 'number' ? BY_STATUS[details.status] : undefined;
  return BY_CODE[code] ?? passedOn ?? beginning?.[1] ?? status ?? EXIT.failed;
}
