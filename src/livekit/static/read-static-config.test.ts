import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReadStaticOptions, readStaticConfig } from './read-static-config.ts';

const SECRET = 's'.repeat(32);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'didar-static-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function read(text: string, options?: ReadStaticOptions) {
  const path = join(directory, 'livekit.yaml');
  await writeFile(path, text);
  return readStaticConfig(path, '1.13.5', options);
}

describe('a static livekit.yaml', () => {
  test('gives its port, keys, metrics and addresses', async () => {
    const config = await read(`
port: 7000
bind_addresses: ['192.0.2.1']
keys: { APIone: ${SECRET}, APItwo: ${SECRET} }
rtc: { tcp_port: 7001, node_ip: 192.0.2.1 }
turn: { enabled: true, udp_port: 3478 }
prometheus: { port: 6789, username: me, password: pw }
webhook: { urls: ['http://127.0.0.1:8090/api/livekit/webhook'], api_key: APIone }
logging: { json: true }`);
    expect(config).toMatchObject({
      port: 7000,
      host: '192.0.2.1',
      tcpPort: 7001,
      nodeIP: '192.0.2.1',
      turn: { enabled: true, udpPort: 3478 },
      prometheus: { port: 6789, username: 'me', password: 'pw' },
      jsonLog: true,
      faults: [],
      missing: [],
    });
    expect([...config.keys]).toEqual([
      ['APIone', SECRET],
      ['APItwo', SECRET],
    ]);
  });

  test('that says little has livekit-server’s defaults', async () => {
    expect(await read(`keys: { APIone: ${SECRET} }`)).toMatchObject({
      port: 7880,
      host: '127.0.0.1',
      tcpPort: 7881,
      turn: { enabled: false },
      webhookUrls: [],
    });
  });

  test('is told what it lacks, with the lines to add', async () => {
    const { missing } = await read(
      `keys: { APIone: ${SECRET} }\nwebhook: { urls: ['http://other/hook'], api_key: APIone }`,
      { webhookUrl: 'http://127.0.0.1:9000/api/livekit/webhook' },
    );
    expect(missing.map(({ add }) => add)).toEqual([
      'webhook:\n  urls:\n    - http://other/hook\n    - http://127.0.0.1:9000/api/livekit/webhook\n  api_key: APIone',
      'logging:\n  json: true\n  level: info',
      'prometheus:\n  port: 6789',
    ]);
    expect(JSON.stringify(missing)).not.toContain(SECRET);
  });

  test('names the ports that must be free, with the key of each in that file', async () => {
    const { path, listens } = await read(
      `keys: { APIone: ${SECRET} }\nbind_addresses: ['']\nrtc: { udp_port: 7882 }\nturn: { enabled: true, udp_port: 3478, tls_port: 5349 }`,
    );
    expect(
      listens.map(({ bind, port, protocol, portKey }) => [bind, port, protocol ?? 'tcp', portKey]),
    ).toEqual([
      ['0.0.0.0', 7880, 'tcp', `port in ${path}`],
      ['0.0.0.0', 7881, 'tcp', `rtc.tcp_port in ${path}`],
      ['0.0.0.0', 7882, 'udp', `rtc.udp_port in ${path}`],
      ['0.0.0.0', 3478, 'udp', `turn.udp_port in ${path}`],
      ['0.0.0.0', 5349, 'tcp', `turn.tls_port in ${path}`],
    ]);
  });

  test('may keep its keys in a file beside it', async () => {
    await writeFile(join(directory, 'keys.yaml'), `APIfile: ${SECRET}\n`);
    expect([...(await read('key_file: keys.yaml')).keys]).toEqual([['APIfile', SECRET]]);
  });

  test('that would end livekit-server’s start is told why, line by line', async () => {
    const { faults } = await read(`keys: { APIone: ${SECRET} }\ntls: {}`);
    expect(faults).toMatchObject([{ key: 'tls', line: 2 }]);
  });

  test('that is not there, or is no YAML, is an error with the key to change', async () => {
    await expect(readStaticConfig(join(directory, 'nowhere.yaml'), '1.13.5')).rejects.toMatchObject({
      code: 'livekit_config_unreadable',
      fix: expect.stringContaining('livekit.configPath'),
    });
    await expect(read('port: 1\n\tx: 2')).rejects.toMatchObject({
      code: 'livekit_config_invalid',
      message: expect.stringContaining('line 2'),
    });
  });
});
