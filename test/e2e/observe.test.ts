import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import { type Didar, startDidar } from '../harness/didar.ts';
import { eventually } from '../harness/within.ts';

let didar: Didar;
const cli = (...args: string[]) => didar.cli([...args, '--socket', didar.socket]);

beforeAll(async () => {
  didar = await startDidar({ config: { log: { level: 'info', format: 'json' } } });
}, 60_000);
afterAll(async () => {
  await didar?.cleanUp();
}, 60_000);

const requestsLogged = () => didar.logs().match(/"message":"request"/g)?.length ?? 0;

test('the log tells of each request by its id once the level is debug, and no longer when it is not', async () => {
  expect((await cli('log', 'level')).stdout).toBe('info\n');
  await didar.api('/api/health');
  expect(requestsLogged()).toBe(0);
  expect((await cli('log', 'level', 'debug')).stdout).toBe('debug\n');
  const headers = { 'x-request-id': 'mine-1' };
  await didar.api('/api/health', { headers });
  await eventually(() => /"requestId":"mine-1".*"route":"\/api\/health"/.test(didar.logs()), 'the line');
  await cli('log', 'level', 'info');
  const before = requestsLogged();
  await didar.api('/api/health');
  expect((await cli('log', 'show')).stdout).toContain('"requestId":"mine-1"');
  expect(requestsLogged()).toBe(before);
  expect((await cli('log', 'level', 'loud')).code).toBe(2);
});

test("Prometheus reads the media server's figures after ours", async () => {
  const { stdout } = await cli('metrics');
  expect(stdout).toContain('\ndidar_livekit_scrape_ok 1\n');
  expect(stdout).toMatch(/^livekit_\w+/m);
  expect(stdout).toMatch(/^livekit_process_resident_memory_bytes /m);
  expect(stdout.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
});

test('a bug report has everything, for the eyes of its owner, and no secret of the server', async () => {
  const file = `${didar.home}/report.txt`;
  const { code, stdout, stderr } = await cli('bugreport', file);
  expect([code, stdout]).toEqual([0, `${file}\n`]);
  expect(stderr).not.toContain('not there');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const report = readFileSync(file, 'utf8');
  for (const part of [
    'livekit-server',
    'udpPorts',
    '===== doctor =====',
    '"restarts"',
    'ready for people',
    'didar_ready 1',
  ])
    expect([part, report.includes(part)]).toEqual([part, true]);
  const { apiSecret } = JSON.parse(readFileSync(`${didar.dataDir}/secrets/livekit.json`, 'utf8'));
  const tokenKey = readFileSync(`${didar.dataDir}/secrets/token-key`, 'utf8').trim();
  for (const secret of [apiSecret, tokenKey]) expect(report).not.toContain(secret);
  expect((await cli('bugreport', file)).stderr).toContain('there already');
});

test('a bug report is made too where no daemon runs, and says what is not in it', async () => {
  const file = `${didar.home}/report-2.txt`;
  const args = ['bugreport', file, '--socket', `${didar.home}/nobody.sock`, '--json'];
  const { parts } = JSON.parse((await didar.cli(args)).stdout);
  const missing = parts.flatMap((part: { title: string; missing?: string }) =>
    part.missing ? [part.title] : [],
  );
  expect(missing).toEqual(expect.arrayContaining(['doctor', 'log', 'metrics']));
  expect(readFileSync(file, 'utf8')).toContain('udpPorts');
});
