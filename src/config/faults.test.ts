import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '../lib/errors.ts';
import type { Fault } from './faults.ts';
import { type LoadInput, loadConfig } from './load.ts';

const dir = await mkdtemp(join(tmpdir(), 'didar-config-'));
afterAll(() => rm(dir, { recursive: true }));

const SECRET = 'x'.repeat(32);
const path = join(dir, 'config.yaml');

async function refusalOf(yaml: string, input: Partial<LoadInput> = {}): Promise<DomainError> {
  await writeFile(path, yaml, { mode: 0o600 });
  const error = await loadConfig({
    env: {},
    cwd: dir,
    isRoot: false,
    ...input,
    flags: { config: path, ...input.flags },
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DomainError)) throw new Error('the configuration was accepted');
  return error;
}

async function faultsOf(yaml: string, input: Partial<LoadInput> = {}): Promise<readonly Fault[]> {
  const { code, details } = await refusalOf(yaml, input);
  expect(code).toBe('config_invalid');
  return details?.faults as readonly Fault[];
}

/** What is written; the key, line and words of the fault that is told; words of its fix. */
const FAULTS: readonly (readonly [
  name: string,
  yaml: string,
  key: string,
  line: number,
  problem: RegExp,
  fix: RegExp,
])[] = [
  [
    'a section in one line',
    'server:\n  tls: acme\n',
    'server.tls',
    2,
    /not a section/,
    /indented: mode, cert/,
  ],
  ['a key with dots', 'server.port: 80\n', 'server.port', 1, /not a key/, /in its section/],
  ['a word like no key', 'auth:\n  banana: 1\n', 'auth.banana', 2, /not a key/, /^remove it/],
  ['a misspelt key', 'server:\n  prot: 80\n', 'server.prot', 2, /not a key/, /did you mean server\.port\?/],
  [
    'a key in snake case',
    'livekit:\n  udp_ports: 7882\n',
    'livekit.udp_ports',
    2,
    /not a key/,
    /livekit\.udpPorts/,
  ],
  ['a key in the wrong section', 'nodeIP: 192.0.2.1\n', 'nodeIP', 1, /not a key/, /livekit\.nodeIP/],
  ['a key of livekit.yaml', 'rtc:\n  tcp_port: 1\n', 'rtc', 1, /not a key/, /livekit\.configPath/],
  ['a value where a section is', 'log: debug\n', 'log', 1, /not a section/, /below it/],
  [
    'a list where a text is',
    'server:\n  host: [a]\n',
    'server.host',
    2,
    /a list, not text/,
    /write a host name/,
  ],
  [
    'a section where a switch is',
    'auth:\n  guests: {toString: 1}\n',
    'auth.guests',
    2,
    /neither/,
    /true or false/,
  ],
  ['an unquoted number where a text is', 'livekit:\n  apiKey: 12\n', 'livekit.apiKey', 2, /number/, /quotes/],
  [
    'a port that is no number',
    'server:\n  port: http\n',
    'server.port',
    2,
    /not a whole number/,
    /1 to 65535/,
  ],
  ['a port out of range', 'server:\n  port: 70000\n', 'server.port', 2, /out of range/, /1 to 65535/],
  [
    'a duration without unit',
    'server:\n  drainLimit: 60\n',
    'server.drainLimit',
    2,
    /no unit/,
    /60s for seconds/,
  ],
  ['a bad duration', 'auth:\n  joinTtl: soon\n', 'auth.joinTtl', 2, /not a duration/, /30s/],
  ['a duration out of range', 'auth:\n  joinTtl: 90d\n', 'auth.joinTtl', 2, /out of range/, /1s to 1d/],
  ['a range that ends first', 'livekit:\n  udpPorts: 9-5\n', 'livekit.udpPorts', 2, /ends before/, /5-9/],
  [
    'a bad network',
    'server:\n  trustedProxies: [10.0.0.0/33]\n',
    'server.trustedProxies',
    2,
    /10\.0\.0\.0\/33/,
    /10\.0\.0\.0\/8/,
  ],
  [
    'a name where an address is',
    'server:\n  bind: localhost\n',
    'server.bind',
    2,
    /not an IP address/,
    /not a name/,
  ],
  [
    'a URL where a host is',
    'server:\n  host: https://a.org/x\n',
    'server.host',
    2,
    /not a host name/,
    /write a\.org/,
  ],
  ['an http URL for clients', 'livekit:\n  host: http://a.org\n', 'livekit.host', 2, /wss/, /ws:\/\/name/],
  [
    'a word that is not offered',
    'log:\n  level: warning\n',
    'log.level',
    2,
    /none of/,
    /did you mean warn\?/,
  ],
  [
    'neither yes nor no',
    'auth:\n  guests: maybe\n',
    'auth.guests',
    2,
    /neither true nor false/,
    /true or false/,
  ],
  [
    'a short secret',
    'livekit:\n  apiKey: k\n  apiSecret: devsecret\n',
    'livekit.apiSecret',
    3,
    /32 characters/,
    /openssl/,
  ],
  [
    'half a key pair',
    'livekit:\n  apiKey: k\n',
    'livekit.apiKey',
    2,
    /without livekit\.apiSecret/,
    /both, or none/,
  ],
  [
    'a key that is there twice',
    'server:\n  port: 1\n  port: 2\n',
    'server.port',
    3,
    /set in line 2/,
    /remove one/,
  ],
  [
    'both words for external',
    'livekit:\n  external: false\n  embedded: false\n',
    'livekit.external',
    3,
    /contradicts line 2/,
    /remove one/,
  ],
  [
    'a certificate without TLS',
    'server:\n  tls:\n    cert: a.pem\n',
    'server.tls.cert',
    3,
    /no effect/,
    /"files"/,
  ],
  [
    'acme for an address',
    'server:\n  host: 192.0.2.1\n  tls: {mode: acme}\n',
    'server.host',
    2,
    /DNS name/,
    /meet\.example/,
  ],
  [
    'acme for a private name',
    'server:\n  host: meet.local\n  tls: {mode: acme}\n',
    'server.host',
    2,
    /no public/,
    /DNS name/,
  ],
  [
    'a port used twice',
    'livekit:\n  tcpPort: 8090\n',
    'livekit.tcpPort',
    2,
    /server\.port \(8090\)/,
    /ports of its own/,
  ],
  [
    'ranges that overlap',
    'livekit:\n  turn:\n    relayPorts: 45000-55000\n',
    'livekit.turn.relayPorts',
    3,
    /50000-60000/,
    /own/,
  ],
  [
    'a static file that is missing',
    'livekit:\n  configPath: none.yaml\n',
    'livekit.configPath',
    2,
    /does not exist/,
    /name a file/,
  ],
  ['a newer version', 'version: 2\nnew: {}\n', 'version', 1, /newer/, /newer/],
  ['a version that is none', 'version: one\n', 'version', 1, /no version number/, /version: 1/],
];

const S3 = 'bucket: meetings\n    accessKeyId: a\n    secretAccessKey: b\n';

describe('a fault is told with its key, line and fix:', () => {
  for (const [name, yaml, key, line, problem, fix] of FAULTS) {
    test(name, async () => {
      const faults = await faultsOf(yaml);
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatchObject({ key, line });
      expect(faults[0]?.problem).toMatch(problem);
      expect(faults[0]?.fix).toMatch(fix);
    });
  }

  test('broken YAML, by its line', async () => {
    const broken: readonly (readonly [string, number, RegExp])[] = [
      ['server:\n\tport: 1\n', 2, /indent with spaces/],
      ['server: port: 1\n', 1, /indentation/],
      ['server:\n    port: 1\n  host: a\n', 3, /indentation/],
      ['log: {level: debug\n', 2, /close the bracket/],
    ];
    for (const [yaml, line, fix] of broken) {
      const [fault, ...others] = await faultsOf(yaml);
      expect(others).toEqual([]);
      expect(fault?.line).toBe(line);
      expect(fault?.problem).toStartWith('is not valid YAML: ');
      expect(fault?.fix).toMatch(fix);
    }
  });

  test('every fault at once, from the top, each on its own lines', async () => {
    const yaml = 'server:\n  port: 0\n  hots: a\nlog:\n  level: loud\nrooms:\n  maxParticipants: -1\n';
    const message = (await refusalOf(yaml, { env: { DIDAR_LIVEKIT_PORT: 'x' } })).message.split('\n');
    expect(message[0]).toBe('the configuration has 5 faults');
    expect(message.filter((line) => line.startsWith('      fix: '))).toHaveLength(5);
    expect(message[1]).toMatch(/^ {2}\/.*\.yaml:2: server\.port is out of range \("0"\)$/);
    expect(message[9]).toBe('  DIDAR_LIVEKIT_PORT: livekit.port is not a whole number ("x")');
  });

  test('any value that YAML can make where it does not belong', async () => {
    for (const value of ['&a [*a]', '{__proto__: 1}', '[[a]]', '.nan', '9007199254740993']) {
      const faults = await faultsOf(`livekit:\n  udpPorts: ${value}\n`);
      expect(faults.map(({ key }) => key)).toEqual(['livekit.udpPorts']);
    }
  });

  test('a misspelt variable', async () => {
    const [fault] = await faultsOf('', { env: { DIDAR_LIVEKIT_NODEIPP: '192.0.2.1' } });
    expect(fault).toEqual({
      source: 'DIDAR_LIVEKIT_NODEIPP',
      problem: 'sets no key',
      fix: 'did you mean DIDAR_LIVEKIT_NODE_IP?',
    });
  });

  test('everything that an external server needs', async () => {
    const faults = await faultsOf('livekit:\n  external: true\n  host: wss://lk.example.org\n');
    expect(faults.map(({ key }) => key)).toEqual([
      'livekit.internalHost',
      'livekit.apiKey',
      'livekit.apiSecret',
    ]);
    expect(faults[0]?.fix).toContain('https://lk.example.org');
  });

  test('keys next to a static file that has its own', async () => {
    const path = join(dir, 'own.yaml');
    await writeFile(path, '');
    const yaml = `livekit:\n  configPath: ${path}\n  apiKey: k\n  apiSecret: ${SECRET}\n`;
    expect((await faultsOf(yaml)).map(({ key }) => key)).toEqual(['livekit.apiKey', 'livekit.apiSecret']);
  });

  test('TLS from files without the files', async () => {
    const faults = await faultsOf('server:\n  tls: {mode: files, cert: /nowhere/cert.pem}\n');
    expect(faults.map(({ key }) => key)).toEqual(['server.tls.cert', 'server.tls.key']);
  });

  test.each([
    ['a bucket without keys', 'bucket: a-b', ['accessKeyId', 'secretAccessKey']],
    ['keys without a bucket', 'accessKeyId: a\n    secretAccessKey: b', ['accessKeyId']],
    ['a bucket as a URL', 'bucket: s3://meetings', ['bucket']],
    ['a prefix that begins with a slash', `${S3}    prefix: /didar`, ['prefix']],
    ['an endpoint with the bucket behind it', `${S3}    endpoint: https://s3.test/meetings`, ['endpoint']],
    ['an endpoint with the bucket before it', `${S3}    endpoint: https://meetings.s3.test`, ['endpoint']],
    ['an endpoint with a key in it', `${S3}    endpoint: https://a:topsecret@s3.test`, ['endpoint']],
    ['a word that is no way to download', `${S3}    downloads: link`, ['downloads']],
  ])('%s, each with one fault', async (_, s3, keys) => {
    const faults = await faultsOf(`recording:\n  s3:\n    ${s3}\n`);
    expect(faults.map(({ key }) => key)).toEqual(keys.map((key) => `recording.s3.${key}`));
    expect(JSON.stringify(faults)).not.toContain('topsecret');
  });

  test('never with a secret in it', async () => {
    const yaml =
      'livekit:\n  apiSecret: topsecret\n  apiSecrt: topsecret\n  redis: "redis://:topsecret@host:x y"\n';
    expect(JSON.stringify(await faultsOf(yaml))).not.toContain('topsecret');
    expect(JSON.stringify(await faultsOf('livekit:\n  apiSecret: 73577357\n'))).not.toContain('73577357');
  });
});

describe('signing in at a provider', () => {
  test.each([
    ['a client without an issuer', 'clientId: didar', ['clientId']],
    ['an issuer without a client', 'issuer: https://id.example.org', ['clientId']],
    [
      'an issuer that anyone on the way could change',
      'issuer: http://id.example.org\n    clientId: x',
      ['issuer'],
    ],
    [
      'an admin claim without a value',
      'issuer: https://id.example.org\n    clientId: x\n    adminClaim: groups',
      ['adminClaim'],
    ],
  ])('%s, each with one fault', async (_, oidc, keys) => {
    const faults = await faultsOf(`auth:\n  oidc:\n    ${oidc}\n`);
    expect(faults.map(({ key }) => key)).toEqual(keys.map((key) => `auth.oidc.${key}`));
  });
});
