import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { PANELS } from '../../src/cli/metrics/dashboard.ts';
import { freePort } from '../../src/lib/free-port.ts';
import { provideGoProgram } from '../fixtures/go-program.ts';
import { type Didar, startDidar } from '../harness/didar.ts';
import { attend, createRoom } from '../harness/people.ts';
import { type Running, runProcess, startProcess } from '../harness/process.ts';
import { startRecording } from '../harness/recordings.ts';
import '../harness/slow.ts';
import { eventually, within } from '../harness/within.ts';

const grafanaSchema = await provideGoProgram(new URL('../fixtures/grafana-schema', import.meta.url).pathname);
const HAS_DATA_LIMIT_MS = 60_000;

describe.skipIf(Bun.which('prometheus') === null)('a Prometheus that is set up as the README says', () => {
  const home = mkdtempSync(`${tmpdir()}/didar-prometheus-`);
  const ends: (() => unknown)[] = [() => rmSync(home, { recursive: true })];
  let prometheus: Running;
  let url: string;
  afterAll(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  interface Answer<T> {
    readonly status: string;
    readonly error?: string;
    readonly data: T;
  }

  async function ask<T>(path: string): Promise<T> {
    const answer = (await (await fetch(`${url}/api/v1/${path}`)).json()) as Answer<T>;
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  }

  async function startServer(tls: 'off' | 'self-signed'): Promise<Didar> {
    const didar = await startDidar({ config: { server: { tls: { mode: tls } } }, askOverSocket: true });
    ends.push(didar.cleanUp);
    return didar;
  }

  beforeAll(async () => {
    const meeting = await startServer('off');
    const secure = await startServer('self-signed');
    const scrape = async (didar: Didar, scheme: string) => {
      const args = ['token', 'create', '--name', 'prometheus', '--scope', 'read', '--json'];
      const { stdout } = await didar.cli([...args, '--socket', didar.socket]);
      const tokenFile = `${home}/${scheme}.token`;
      writeFileSync(tokenFile, (JSON.parse(stdout) as { token: string }).token);
      return {
        job_name: scheme === 'http' ? 'didar' : 'secure',
        scheme,
        tls_config: { insecure_skip_verify: true },
        authorization: { credentials_file: tokenFile },
        static_configs: [{ targets: [`127.0.0.1:${didar.ports.server}`] }],
      };
    };
    const { stdout: rules } = await meeting.cli(['metrics', 'alerts']);
    writeFileSync(`${home}/didar.rules.yml`, rules);
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['didar.rules.yml'],
      scrape_configs: [await scrape(meeting, 'http'), await scrape(secure, 'https')],
    };
    // JSON is YAML too.
    writeFileSync(`${home}/prometheus.yml`, JSON.stringify(config));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    prometheus = startProcess({
      command: [
        'prometheus',
        `--config.file=${home}/prometheus.yml`,
        `--storage.tsdb.path=${home}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      env: process.env,
      cwd: home,
    });
    ends.push(async () => {
      prometheus.kill('SIGTERM');
      await prometheus.exited;
    });
    await eventually(async () => (await fetch(`${url}/-/ready`)).ok, 'Prometheus to be ready');
    // It begins seconds after it is ready, and what happened before shows no increase.
    await eventually(async () => {
      const { result } = await ask<{ result: unknown[] }>('query?query=didar_events_total');
      return result.length > 0;
    }, 'the first figures');

    const room = await createRoom(meeting);
    const [anna, bert] = [await attend(meeting, room.name), await attend(meeting, room.name)];
    ends.push(
      () => anna.client.close(),
      () => bert.client.close(),
    );
    await anna.client.publishMicrophone(440);
    await anna.client.publishCamera('blue');
    await startRecording(meeting, room.name);
  });

  test.each(PANELS.flatMap(({ title, queries }) => queries.map(([expr]) => [title, expr] as const)))(
    'has data for the panel "%s": %s',
    async (_, expr) => {
      const found = await within(
        HAS_DATA_LIMIT_MS,
        async () => {
          const { result } = await ask<{ result: { value: [number, string] }[] }>(
            `query?query=${encodeURIComponent(expr)}`,
          );
          return result.length > 0 && result.every(({ value }) => value[1] !== 'NaN') && result;
        },
        'data',
        1_000,
      );
      expect(found.length).toBeGreaterThan(0);
    },
  );

  test('takes the alert rules, and a server that is well sets none off', async () => {
    const groups = await eventually(async () => {
      const { groups } = await ask<{ groups: { rules: { health: string; name: string }[] }[] }>('rules');
      return groups[0]?.rules.every(({ health }) => health !== 'unknown') && groups;
    }, 'the rules to be evaluated');
    expect(groups[0]?.rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const { alerts } = await ask<{ alerts: { labels: { alertname: string }; state: string }[] }>('alerts');
    expect(alerts.filter(({ state }) => state === 'firing')).toEqual([]);
  });
});

describe.skipIf(grafanaSchema === undefined)('the dashboard', () => {
  test("is as Grafana's own schema wants dashboards, panels and queries", async () => {
    const didar = await startDidar({ waitFor: 'nothing' });
    const { stdout } = await didar.cli(['metrics', 'dashboard']);
    await didar.cleanUp();
    const check = (dashboard: string) =>
      runProcess({ command: ['sh', '-c', `${grafanaSchema} <<'EOF'\n${dashboard}\nEOF`], env: process.env });
    expect(await check(stdout)).toMatchObject({ code: 0, stderr: '' });
    const wrong = stdout.replace('"legendFormat"', '"legend"');
    expect((await check(wrong)).stderr).toContain('legend');
  });
});
