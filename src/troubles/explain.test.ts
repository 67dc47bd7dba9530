import { describe, expect, test } from 'bun:test';
import { explainText, knownCause } from './explain.ts';
import { TROUBLES } from './table.ts';

// What livekit-server 1.11.0 and 1.13.5, its clients, Bun and compose really print.
const SAID: readonly (readonly [string, string])[] = [
  [
    'external-ip',
    'could not validate RTC config: could not resolve external IP: dial udp: lookup stun1.l.google.com on 10.255.255.53:53: no such host',
  ],
  ['turn-domain', 'TURN domain required'],
  ['turn-domain', 'TURN domain is not correct'],
  ['turn-certificate', 'TURN tls cert required: open : no such file or directory'],
  ['turn-ports', 'invalid TURN ports'],
  ['turn-no-matching-ip', 'no matching node IP for relay'],
  [
    'config-tls-block',
    'could not parse config: yaml: unmarshal errors:\n  line 5: field tls not found in type config.Config',
  ],
  [
    'config-egress-block',
    'could not parse config: yaml: unmarshal errors:\n  line 5: field egress not found in type config.Config',
  ],
  [
    'config-create-room-enabled',
    'could not parse config: yaml: unmarshal errors:\n  line 5: field create_room_enabled not found in type config.RoomConfig',
  ],
  ['config-unknown-key', '  line 6: field foo not found in type config.Config'],
  ['config-wrong-type', '  line 5: cannot unmarshal !!str `abc` into uint32'],
  [
    'config-not-yaml',
    'could not parse config: yaml: line 2: found a tab character that violates indentation',
  ],
  ['config-ignored-variable', 'LIVEKIT_CONFIG has no effect'],
  ['config-shell-wrapper', 'Incorrect Usage: flag provided but not defined: -c'],
  [
    'config-compose-dollar',
    'WARN[0000] The "LIVEKIT_CONFIG" variable is not set. Defaulting to a blank string.',
  ],
  ['config-no-keys', 'one of key-file or keys must be provided'],
  ['config-key-file-open', 'key file others permissions must be set to 0'],
  ['config-unreadable', 'open /etc/livekit.yaml: no such file or directory'],
  ['config-bad-node-ip', 'could not parse config: invalid ip meet.example.org'],
  [
    'config-short-secret',
    '{"level":"error","msg":"secret is too short, should be at least 32 characters for security","apiKey":"k"}',
  ],
  ['livekit-disconnected', 'LiveKit disconnected'],
  ['client-timeout', 'ConnectionError: could not establish signal connection: timed out'],
  ['binary-unusable', "ENOENT: no such file or directory, posix_spawn '/data/bin/livekit-server-1'"],
  ['port-in-use', 'listen tcp 127.0.0.1:7880: bind: address already in use'],
  ['port-in-use', 'could not listen on TURN UDP port: listen udp 0.0.0.0:3478: bind: address already in use'],
  ['port-forbidden', 'listen tcp :80: bind: permission denied'],
  ['address-unavailable', 'listen tcp 203.0.113.9:7880: bind: cannot assign requested address'],
  ['redis', 'unable to connect to redis: dial tcp 127.0.0.1:6379: connect: connection refused'],
  ['livekit-refused', 'connect ECONNREFUSED 127.0.0.1:7880'],
  ['livekit-refused', 'dial tcp 10.0.0.1:7880: connect: connection refused'],
  [
    'token-expired',
    'invalid token: eyJ…, error: go-jose/go-jose/jwt: validation failed, token is expired (exp)',
  ],
  ['clock-skew', 'go-jose/go-jose/jwt: validation failed, token not valid yet (nbf)'],
  ['no-media', '{"level":"info","msg":"removing participant without connection","room":"lab"}'],
  ['media-broke-off', '{"level":"info","msg":"short ice connection","room":"lab"}'],
  ['self-signed', 'Error: self signed certificate in certificate chain'],
  ['relayed-without-need', 'all clients are relayed'],
  ['turn-never-used', 'TURN never used'],
  ['webhook-missing', 'people stay "active" after they left'],
  [
    'webhook-failed',
    '{"level":"warn","msg":"failed to send webhook","event":"room_started","error":"POST http://127.0.0.1:9/x giving up after 5 attempt(s)"}',
  ],
  ['room-lingers', 'room not cleaned up'],
  ['no-record-grant', 'twirp error unauthenticated: permissions denied'],
  ['no-egress-worker', '{"code":"unavailable","msg":"no response from servers"}'],
  ['no-redis-for-egress', 'egress not connected (redis required)'],
  ['recording-local-path', 'the recording is a local path'],
  ['recording-download', 'job process_recording failed: download 404'],
  ['udp-buffer', 'UDP receive buffer is too small for a production set-up'],
  ['turn-peer-denied', 'permission denied for client 203.0.113.2:4711 to peer 10.0.0.1'],
  ['turn-credential-expired', '{"msg":"TURN credential expired","participantID":"PA_1"}'],
  ['too-many-open-files', 'accept tcp 127.0.0.1:7880: accept4: too many open files'],
  ['out-of-memory', 'fatal error: runtime: cannot allocate memory'],
  ['disk-full', 'write /var/lib/didar/recordings/rec_1/1.webm: no space left on device'],
  ['data-dir-locked', 'another didar (pid 12) serves this data directory'],
  ['recording-dir', "EACCES: permission denied, mkdir '/srv/recordings'"],
  ['egress-cpu', "can't accept request: not enough cpu"],
  ['port-443-taken', 'port 443 is taken by nginx'],
  ['docker-candidates', '[local] udp4 host 172.17.0.1:50012'],
  ['ipv6-unrouted', 'connect ENETUNREACH 2001:db8::5:443'],
  ['certificate-name', 'ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match'],
  ['certificate-expired', 'x509: certificate has expired or is not yet valid'],
  ['behind-firewall', 'clients behind NAT fail'],
  ['bucket-unreachable', 'bucket_unreachable: TCP fails: connect ECONNREFUSED'],
  ['bucket-refuses', '<Error><Code>SignatureDoesNotMatch</Code></Error>'],
  ['recording-file-lost', 'recording_file_gone'],
  ['database-busy', 'SQLiteError: database is locked'],
  ['database-read-only', 'SQLiteError: attempt to write a readonly database'],
  ['database-damaged', 'SQLiteError: database disk image is malformed'],
  ['data-dir-unwritable', 'this user may not write to the data directory /var/lib/didar'],
  [
    'backup-failed',
    '{"level":"warn","message":"a job failed","job":"job_1","kind":"make_backup","attempt":1,"more":true,"error":"EEXIST: file already exists"}',
  ],
  ['clock-jumped', 'the clock was set forward by 3600 s'],
  ['cpu-short', 'the processors stand at 100% cpu'],
  ['start-too-slow', '(livekit-server was not ready after 30 s and was ended)'],
  ['livekit-panic', 'panic: runtime error: index out of range [3] with length 2\n\ngoroutine 1 [running]:'],
];

describe('what people paste is explained', () => {
  test.each(SAID)('%s: %s', (id, text) => {
    expect(explainText(text)[0]).toMatchObject({ id });
  });
});

test('the explanation names what was in the text', () => {
  expect(explainText('listen tcp 127.0.0.1:7880: bind: address already in use')[0]?.title).toBe(
    'Port 7880 is in use',
  );
  expect(explainText('line 6: field foo not found in type config.Config')[0]).toMatchObject({
    title: 'livekit-server does not know the key foo (line 6)',
    key: 'livekit.configPath',
  });
});

test('no explanation shows a place that was not filled', () => {
  for (const [, text] of SAID) {
    for (const { title, cause, fix } of explainText(text)) expect(title + cause + fix).not.toMatch(/\$\d|…/);
  }
});

test('a healthy log explains nothing', () => {
  const log = [
    '{"level":"info","ts":1,"msg":"failed reading cgroup specific cpu stats, falling back to system wide implementation"}',
    '{"level":"info","ts":1,"msg":"starting LiveKit server","portHttp":7880,"nodeIP":"203.0.113.1","rtc.portTCP":7881}',
    '{"level":"info","ts":1,"msg":"participant active","publisherCandidates":["[local][selected:1] udp4 host 192.0.2.2:21836"],"connectionType":"udp"}',
    '{"level":"info","ts":1,"msg":"participant closing","reason":"CLIENT_REQUEST_LEAVE","sessionDuration":2.1}',
    '{"level":"info","ts":1,"msg":"exit requested, shutting down","signal":"terminated","force":false}',
  ].join('\n');
  expect(explainText(log)).toEqual([]);
});

test('a text that nobody knows is not guessed at', () => {
  expect(explainText('the cat sat on the mat')).toEqual([]);
});

test('a log of many lines is explained fast, each trouble once', () => {
  const line = '{"level":"warn","msg":"failed to send webhook","error":"connection refused"}\n';
  const begin = performance.now();
  const causes = explainText(line.repeat(100_000));
  expect(causes.map(({ id }) => id)).toEqual(['webhook-failed']);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

test('every trouble has an id of its own and a whole explanation', () => {
  expect(new Set(TROUBLES.map(({ id }) => id)).size).toBe(TROUBLES.length);
  for (const trouble of TROUBLES) {
    expect([trouble.title, trouble.cause, trouble.fix].every((text) => text.length > 10)).toBe(true);
  }
});

test('a check that found a trouble by itself takes its explanation from the table', () => {
  expect(knownCause('port-in-use', ['3478'])?.title).toBe('Port 3478 is in use');
  expect(knownCause('nothing-like-it')).toBeUndefined();
});
