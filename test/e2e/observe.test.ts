import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync, statSync } from 'node:fs';
import type { Usage } from '../../src/modules/usage/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { eventually } from '../harness/within.ts';

interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

let didar: Didar;
const spans: CollectedSpan[] = [];
const collector = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { resourceSpans } = (await request.json()) as {
      resourceSpans: { scopeSpans: { spans: CollectedSpan[] }[] }[];
    };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    return Response.json({});
  },
});
const cli = (...args: string[]) => didar.cli([...args, '--socket', didar.socket]);

beforeAll(async () => {
  didar = await startDidar({
    config: { log: { level: 'info', format: 'json' }, telemetry: { otlpEndpoint: collector.url.href } },
  });
}, 60_000);
afterAll(async () => {
  await didar?.cleanUp();
  await collector.stop(true);
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
}, 60_000);

test('a trace shows a request by its route, under the trace of its client, and names nobody', async () => {
  const headers = { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` };
  await didar.local('/api/room', { json: { name: 'standup' } });
  await didar.local('/api/room/join', { json: { room: 'standup', name: 'Mira' }, headers });
  const join = () => spans.find(({ name }) => name === 'POST /api/room/join');
  await eventually(() => join() !== undefined, 'the trace of the join');
  expect(join()).toMatchObject({ traceId: 'c'.repeat(32), parentSpanId: 'd'.repeat(16) });
  expect(JSON.stringify(spans)).not.toMatch(/Mira|standup/);
}, 60_000);

test("Prometheus reads the media server's figures after ours", async () => {
  const { stdout } = await cli('metrics');
  expect(stdout).toContain('\ndidar_livekit_scrape_ok 1\n');
  expect(stdout).toMatch(/^livekit_\w+/m);
  expect(stdout).toMatch(/^livekit_process_resident_memory_bytes /m);
  expect(stdout.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
}, 60_000);

test('what didar and its media server take of the machine is measured, and Prometheus reads the same', async () => {
  const measured = async () => {
    const usage = await asAdmin<Usage>(didar, '/api/system/usage');
    return usage.cpu && usage.memory && usage;
  };
  const { cpu, memory, disks, series } = await eventually(measured, 'the first measurement');
  const livekit = readFileSync(`/proc/${await didar.livekitPid()}/status`, 'utf8');
  const resident = Number(/^VmRSS:\s+(\d+) kB/m.exec(livekit)?.[1]) * 1024;
  expect((memory?.livekit ?? 0) / resident).toBeWithin(0.5, 2);
  expect(memory?.didar).toBeGreaterThan(20_000_000);
  expect(memory?.total).toBeGreaterThan(memory?.available ?? Infinity);
  expect(cpu?.processors).toBe(navigator.hardwareConcurrency);
  for (const share of [cpu?.machine, cpu?.didar, cpu?.livekit, cpu?.workers])
    expect(share).toBeWithin(0, 100.1);
  expect(disks.flatMap(({ holds }) => holds).sort()).toEqual(['data', 'recordings']);
  expect(series.memoryLivekit.at(-1)).toBeGreaterThan(0);
  const { stdout } = await cli('metrics');
  expect(stdout).toMatch(/^didar_memory_bytes\{part="livekit"\} \d+$/m);
  expect(stdout).toMatch(/^didar_cpu_ratio\{part="machine"\} [\d.]+$/m);
}, 60_000);

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
}, 60_000);

test('a bug report is made too where no daemon runs, and says what is not in it', async () => {
  const file = `${didar.home}/report-2.txt`;
  const args = ['bugreport', file, '--socket', `${didar.home}/nobody.sock`, '--json'];
  const { parts } = JSON.parse((await didar.cli(args)).stdout);
  const missing = parts.flatMap((part: { title: string; missing?: string }) =>
    part.missing ? [part.title] : [],
  );
  expect(missing).toEqual(expect.arrayContaining(['doctor', 'log', 'metrics']));
  expect(readFileSync(file, 'utf8')).toContain('udpPorts');
}, 60_000);
