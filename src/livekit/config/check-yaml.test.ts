import { describe, expect, test } from 'bun:test';
import { checkLiveKitYaml } from './check-yaml.ts';

const KEYS = `keys: { APIkey: ${'s'.repeat(32)} }`;

function check(text: string, version = '1.13.5') {
  return checkLiveKitYaml(`${text}\n${KEYS}`, version);
}

describe('a livekit.yaml', () => {
  test('that livekit-server takes has no faults', () => {
    const text = `
port: 7880
rtc:
  udp_port: 50000-60000
  use_external_ip: no
  turn_servers:
    - host: turn.example.org
      port: 443
turn: { enabled: true, domain: turn.example.org, tls_port: 5349, udp_port: 3478, external_tls: true }
redis:
room: { create_room_timeout: 10s }`;
    expect(check(text)).toEqual([]);
  });

  test('with a tls: block is told where it is, and where TLS goes instead', () => {
    const [fault] = check('port: 7880\ntls:\n  cert_file: a.pem');
    expect(fault).toMatchObject({ key: 'tls', line: 2, fix: expect.stringContaining('server.tls.mode') });
  });

  test('with an egress: block is told that egress has a file of its own', () => {
    expect(check('egress: {}')[0]).toMatchObject({ key: 'egress', fix: expect.stringContaining('worker') });
  });

  test('with a mistyped key is told the key that was meant', () => {
    expect(check('rtc:\n  tcp_prt: 7881')).toMatchObject([
      { key: 'rtc.tcp_prt', line: 2, fix: 'did you mean tcp_port?' },
    ]);
    expect(check('rtc:\n  turn_servers:\n    - host: a\n      prt: 443')).toMatchObject([
      { key: 'rtc.turn_servers[0].prt', line: 4, fix: 'did you mean port?' },
    ]);
  });

  test('with a key of another version is told which one has it', () => {
    expect(check('room: { create_room_enabled: true }')[0]?.fix).toContain('gone since 1.13.0');
    expect(check('room: { create_room_enabled: true }', '1.11.0')).toEqual([]);
    expect(check('turn: { ttl_seconds: 300 }', '1.11.0')[0]?.fix).toContain('1.12.0 or newer');
  });

  test('with a value of the wrong type is told what the key takes', () => {
    expect(check('port: http\nbind_addresses: 127.0.0.1\nrtc: [1]')).toMatchObject([
      { key: 'port', line: 1, value: '"http"', problem: 'port takes a whole number' },
      { key: 'bind_addresses', line: 2, problem: 'bind_addresses takes a list' },
      { key: 'rtc', line: 3 },
    ]);
  });

  test('that is no YAML is told the line', () => {
    expect(check('port: 1\n\trtc: 2')[0]?.line).toBe(2);
    expect(checkLiveKitYaml('just words', '1.13.5')).toMatchObject([
      { problem: 'the file is not a mapping of keys' },
    ]);
  });

  test('with settings that do not go together is told all of them', () => {
    expect(check('turn: { enabled: true, tls_port: 5349 }').map(({ problem }) => problem)).toEqual([
      'turn.tls_port needs turn.domain',
      'turn.tls_port needs a certificate',
    ]);
    expect(check('turn: { enabled: true }')[0]?.problem).toBe('TURN is on, but has no port');
    expect(check('rtc: { port_range_start: 6, port_range_end: 5 }')).toHaveLength(1);
  });

  test('with a short secret is told so without showing it', () => {
    const [fault] = checkLiveKitYaml('keys: { APIkey: hunter2 }', '1.13.5');
    expect(fault).toMatchObject({ key: 'keys.APIkey', line: 1 });
    expect(JSON.stringify(fault)).not.toContain('hunter2');
    expect(checkLiveKitYaml('port: 7880', '1.13.5')[0]?.problem).toBe('there is no API key');
  });
});
