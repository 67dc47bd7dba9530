import { afterAll, describe, expect, test } from 'bun:test';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadInput, loadConfig } from './load.ts';
import { effectiveValues } from './show.ts';

const dir = await mkdtemp(join(tmpdir(), 'didar-config-'));
afterAll(() => rm(dir, { recursive: true }));

const SECRET = 'x'.repeat(32);
let written = 0;

async function load(yaml: string, input: Partial<LoadInput> = {}) {
  const path = join(dir, `${written++}.yaml`);
  await writeFile(path, yaml, { mode: 0o600 });
  return loadConfig({ env: {}, cwd: dir, isRoot: false, ...input, flags: { config: path, ...input.flags } });
}

describe('a configuration', () => {
  test('that is empty, or only comments, gives the documented defaults', async () => {
    for (const yaml of ['', '# nothing yet\n', 'server:\n']) {
      const { config } = await load(yaml, { env: { HOME: '/home/a' } });
      expect(config.server.port).toBe(8090);
      expect(config.livekit.udpPorts).toEqual({ from: 50_000, to: 60_000 });
      expect(config.rooms.emptyTimeout).toBe(300_000);
      expect(config.data).toBe('/home/a/.local/share/didar');
      expect(config.recording.dir).toBe('/home/a/.local/share/didar/recordings');
      expect(config.server).not.toHaveProperty('host');
    }
  });

  test('takes a flag over a variable over the file, and remembers which it was', async () => {
    const yaml = 'server:\n  port: 1001\n  host: a.example.org\nlog: {level: warn}\n';
    const { config, given } = await load(yaml, {
      env: { DIDAR_SERVER_PORT: '1002', DIDAR_LOG_LEVEL: 'error' },
      flags: { port: '1003' },
    });
    expect([config.server.port, config.server.host, config.log.level]).toEqual([
      1003,
      'a.example.org',
      'error',
    ]);
    expect(given['server.port']).toBe('flag');
    expect(given['log.level']).toBe('env');
    expect(given['server.host']).toBe('file');
    expect(given['server.bind']).toBe('default');
  });

  test('serves on 443 with TLS unless a port is given', async () => {
    const tls = 'server:\n  tls: {mode: self-signed}\n';
    expect((await load(tls)).config.server.port).toBe(443);
    expect((await load(tls, { env: { DIDAR_SERVER_PORT: '8443' } })).config.server.port).toBe(8443);
  });

  test('starts relative paths at the file that has them, or where the command was typed', async () => {
    const { config } = await load('data: state\nrecording: {dir: ~/films}\n', {
      env: { HOME: '/home/a', DIDAR_LIVEKIT_BINARY: 'lk' },
      cwd: '/srv',
    });
    expect(config.data).toBe(join(dir, 'state'));
    expect(config.livekit.binary).toBe('/srv/lk');
    expect(config.recording.dir).toBe('/home/a/films');
  });

  test('keeps secrets out of the values that can be shown', async () => {
    const yaml = `livekit:\n  apiKey: key\n  apiSecret: ${SECRET}\n`;
    const loaded = await load(yaml);
    expect(loaded.secretsGiven).toEqual({ apiKey: 'key', apiSecret: SECRET });
    expect(JSON.stringify(loaded.config)).not.toContain(SECRET);
  });

  test('takes a secret from a file that a variable names', async () => {
    const file = join(dir, 'secret');
    await writeFile(file, `${SECRET}\n`);
    const env = { DIDAR_LIVEKIT_API_KEY: 'key', DIDAR_LIVEKIT_API_SECRET_FILE: file };
    expect((await load('', { env })).secretsGiven.apiSecret).toBe(SECRET);
  });

  test('takes the key of a bucket from variables and files alike, and shows neither half', async () => {
    const file = join(dir, 's3-secret');
    await writeFile(file, 'topsecret\n');
    const loaded = await load('recording: {s3: {bucket: meetings}}\n', {
      env: { DIDAR_RECORDING_S3_ACCESS_KEY_ID: 'AKIA1', DIDAR_RECORDING_S3_SECRET_ACCESS_KEY_FILE: file },
    });
    expect(loaded.secretsGiven.s3).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'topsecret' });
    expect(loaded.config.recording.s3).toEqual({
      bucket: 'meetings',
      region: 'us-east-1',
      downloads: 'proxy',
    });
    expect(JSON.stringify(effectiveValues(loaded))).not.toMatch(/topsecret|AKIA1/);
  });

  test('warns when others may read the secret in the file', async () => {
    const path = join(dir, 'open.yaml');
    await writeFile(path, `livekit:\n  apiKey: key\n  apiSecret: ${SECRET}\n`);
    await chmod(path, 0o644);
    const { warnings } = await loadConfig({ env: {}, cwd: dir, isRoot: false, flags: { config: path } });
    expect(warnings).toEqual([`${path}: holds a secret that others may read; chmod o-r`]);
  });

  test('takes "embedded: false" for "external: true"', async () => {
    const yaml = `livekit:\n  embedded: false\n  internalHost: http://lk:7880\n  apiKey: key\n  apiSecret: ${SECRET}\n`;
    expect((await load(yaml)).config.livekit.external).toBe(true);
    expect((await load('', { env: { DIDAR_LIVEKIT_EMBEDDED: 'true' } })).config.livekit.external).toBe(false);
  });

  test('takes the static configuration by the name that LiveKit users know', async () => {
    const path = join(dir, 'livekit.yaml');
    await writeFile(path, '');
    expect((await load('', { env: { LIVEKIT_CONFIG_PATH: path } })).config.livekit.configPath).toBe(path);
  });

  test('says which keys do nothing as things are', async () => {
    const external = `livekit:\n  external: true\n  internalHost: http://lk:7880\n  apiKey: key\n  apiSecret: ${SECRET}\n  tcpPort: 9\n`;
    expect((await load(external)).warnings).toEqual([
      'livekit.tcpPort: no effect, because livekit.external is on',
    ]);
  });

  test('ignores variables that Kubernetes makes for a service named like a section', async () => {
    const env = {
      DIDAR_SERVER_SERVICE_HOST: '10.0.0.1',
      DIDAR_SERVER_PORT_8090_TCP_ADDR: '10.0.0.1',
      DIDAR_SOCKET: '/run/x.sock',
    };
    expect((await load('', { env })).config.server.port).toBe(8090);
  });
});

describe('the file', () => {
  const load = (config: string) => loadConfig({ env: {}, cwd: dir, isRoot: false, flags: { config } });
  const cases: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    ['that does not exist', async () => join(dir, 'missing.yaml'), /missing\.yaml: does not exist/],
    ['that is a directory', async () => dir, /is a directory/],
    ['that is too large', () => file('large.yaml', '#'.repeat(300_000)), /is too large/],
    ['that is not text', () => file('binary.yaml', new Uint8Array([0xff, 0xfe, 0x00])), /is not UTF-8/],
    ['that is a pipe or device', async () => '/dev/zero', /is not a regular file/],
    ['that is a list', () => file('list.yaml', '- a\n'), /holds a list/],
    ['that is two documents', () => file('two.yaml', 'data: /a\n---\ndata: /b\n'), /single document/],
  ];
  for (const [name, path, message] of cases) {
    test(`${name} is refused with its name`, async () => {
      await expect(load(await path())).rejects.toThrow(message);
    });
  }

  test('is found in the own configuration directory, and named by DIDAR_CONFIG', async () => {
    await Bun.write(join(dir, 'xdg/didar/config.yaml'), 'log: {level: warn}\n');
    const own = await loadConfig({
      env: { XDG_CONFIG_HOME: join(dir, 'xdg') },
      cwd: dir,
      isRoot: false,
      flags: {},
    });
    expect(own.config.log.level).toBe('warn');
    await file('named.yaml', 'log: {level: error}\n');
    const named = await loadConfig({
      env: { DIDAR_CONFIG: 'named.yaml' },
      cwd: dir,
      isRoot: false,
      flags: {},
    });
    expect(named.path).toBe(join(dir, 'named.yaml'));
    expect(named.config.log.level).toBe('error');
  });

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  }
});
