import { isIPv6 } from 'node:net';
import type { Fault } from '../../config/faults.ts';
import { isMapping } from './value-kinds.ts';

type Section = Readonly<Record<string, unknown>>;

const SHORTEST_SECRET = 32;

/** Settings that are well-formed each, and end livekit-server's start together. */
export function ruleFaults(config: Section): readonly Fault[] {
  return [
    ...keyFaults(config),
    ...turnFaults(sectionOf(config, 'turn')),
    ...rtcFaults(sectionOf(config, 'rtc')),
  ];
}

function* keyFaults(config: Section): Iterable<Fault> {
  const keys = sectionOf(config, 'keys');
  if (Object.keys(keys).length === 0 && !config.key_file && config.development !== true) {
    yield {
      problem: 'there is no API key',
      fix: 'add keys: { NAME: SECRET }, the secret of 32 characters or more, or key_file',
    };
  }
  for (const [name, secret] of Object.entries(keys)) {
    if (String(secret).length >= SHORTEST_SECRET) continue;
    yield {
      key: `keys.${name}`,
      problem: `the secret of ${name} has fewer than ${SHORTEST_SECRET} characters`,
      fix: 'make a longer one: openssl rand -base64 36',
    };
  }
}

function* turnFaults(turn: Section): Iterable<Fault> {
  if (turn.enabled !== true) return;
  const hasTls = Number(turn.tls_port) > 0;
  if (!hasTls && !(Number(turn.udp_port) > 0)) {
    yield { key: 'turn.enabled', problem: 'TURN is on, but has no port', fix: 'set turn.udp_port: 3478' };
  }
  if (hasTls && !turn.domain) {
    yield {
      key: 'turn.tls_port',
      problem: 'turn.tls_port needs turn.domain',
      fix: 'set turn.domain, or remove turn.tls_port',
    };
  }
  if (hasTls && typeof turn.domain === 'string' && isIPv6(turn.domain)) {
    yield {
      key: 'turn.domain',
      problem: 'turn.domain is an IPv6 address',
      fix: 'give a name that resolves to it',
    };
  }
  if (hasTls && turn.external_tls !== true && !(turn.cert_file && turn.key_file)) {
    yield {
      key: 'turn.tls_port',
      problem: 'turn.tls_port needs a certificate',
      fix: 'set turn.cert_file and turn.key_file, or external_tls: true where TLS ends in front of it',
    };
  }
}

function* rtcFaults(rtc: Section): Iterable<Fault> {
  const [from, to] = [rtc.port_range_start, rtc.port_range_end].map(Number);
  if (from !== undefined && to !== undefined && from > to) {
    yield {
      key: 'rtc.port_range_end',
      problem: `rtc.port_range_end (${to}) is below rtc.port_range_start (${from})`,
      fix: 'exchange them',
    };
  }
}

function sectionOf(config: Section, name: string): Section {
  const section = config[name];
  return isMapping(section) ? section : {};
}
