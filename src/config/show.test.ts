import { afterAll, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './load.ts';
import { effectiveValues, showAsObject, showAsYaml } from './show.ts';

const dir = await mkdtemp(join(tmpdir(), 'didar-show-'));
afterAll(() => rm(dir, { recursive: true }));

async function load(yaml: string, env: Record<string, string> = {}) {
  const path = join(dir, 'config.yaml');
  await writeFile(path, yaml, { mode: 0o600 });
  return loadConfig({ env: { HOME: dir, ...env }, cwd: dir, isRoot: false, flags: { config: path } });
}

const SECRET = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA';
const YAML = `
server: {host: meet.example.org, trustedProxies: [10.0.0.0/8, "fd00::/8"], drainLimit: 90s}
livekit: {udpPorts: 7882, apiKey: key, apiSecret: ${SECRET}, redis: "redis://user:hunter2@redis:6379/1"}
recording: {retention: keep}
log: {level: warn}`;

test('what is shown can be read again and means the same', async () => {
  const first = await load(YAML, { DIDAR_ROOMS_EMPTY_TIMEOUT: '1m30s' });
  const shown = showAsYaml(effectiveValues(first)).replace(/api(Key|Secret): .*/g, 'api$1:');
  const again = await load(shown.replace('••••', 'hunter2'));
  expect(again.config).toEqual(first.config);
});

test('each value is shown with where it comes from', async () => {
  const lines = showAsYaml(effectiveValues(await load(YAML, { DIDAR_SERVER_PORT: '9000' }))).split('\n');
  expect(lines.find((line) => line.includes(' port: 9000'))).toEndWith('# env');
  expect(lines.find((line) => line.includes('udpPorts: 7882'))).toEndWith('# file');
  expect(lines.find((line) => line.includes('relayPorts: 30000-40000'))).toEndWith('# default');
  expect(lines).toContain('  # nodeIP:');
});

test('no secret and no password is shown', async () => {
  const values = effectiveValues(await load(YAML));
  for (const shown of [showAsYaml(values), JSON.stringify(showAsObject(values))]) {
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('••••');
  }
});
