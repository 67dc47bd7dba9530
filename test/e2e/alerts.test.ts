import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ALERTS, alertRules } from '../../src/cli/metrics/alerts.ts';
import { runProcess } from '../harness/process.ts';
import '../harness/slow.ts';

/** A metric with its values, a minute apart, in promtool's notation: `0x9` is ten zeros, `0+1x9` counts up. */
type Series = readonly [series: string, values: string];

/** A server that is well for two hours. */
const WELL: readonly Series[] = [
  ['up{job="didar"}', '1x120'],
  ['didar_ready', '1x120'],
  ['didar_livekit_restarts_total', '0x120'],
  ['didar_selftest_ok{test="turn-udp"}', '1x120'],
  ['didar_joins_total{result="ok"}', '0+2x120'],
  ['didar_joins_total{result="failed"}', '0x60 1x60'],
  ['didar_certificate_days_left{mode="acme"}', '60x120'],
  ['didar_http_requests_total{status="200"}', '0+100x120'],
  ['didar_http_requests_total{status="500"}', '0x30 1x90'],
  ['didar_jobs_late_seconds', '5x120'],
  ['didar_jobs{kind="make_backup",state="failed"}', '0x120'],
  ['didar_jobs{kind="make_backup",state="queued"}', '0x30 1x90'],
  ['didar_recordings{state="failed"}', '2x120'],
  ['didar_recordings{state="done"}', '0+1x120'],
  ['didar_event_loop_delay_seconds', '0.02x120'],
  ['didar_disk_bytes{holds="recordings"}', '100000000000x120'],
  ['didar_disk_free_bytes{holds="recordings"}', '40000000000x120'],
  ['didar_memory_total_bytes', '2000000000x120'],
  ['didar_memory_available_bytes', '900000000x120'],
];

interface Broken {
  /** In place of the same series of a server that is well. */
  readonly series: readonly Series[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the alert, with its places filled, where it has some. */
  readonly summary?: string;
}

/** What each alert is for. */
const BROKEN: Readonly<Record<string, Broken>> = {
  DidarDown: { series: [['up{job="didar"}', '1x10 0x110']], labels: { job: 'didar' } },
  DidarNotReady: { series: [['didar_ready', '1x10 0x110']] },
  DidarMediaServerRestarts: { series: [['didar_livekit_restarts_total', '0+0x110 1 2 3 4 5 6 7 8 9 10']] },
  DidarPortTestFails: {
    series: [['didar_selftest_ok{test="turn-udp"}', '1x10 0x110']],
    labels: { test: 'turn-udp' },
    summary: 'A port does not answer as it should: turn-udp.',
  },
  DidarJoinsFail: {
    series: [['didar_joins_total{result="failed"}', '0x60 0+1x60']],
  },
  DidarCertificateExpires: {
    series: [['didar_certificate_days_left{mode="acme"}', '9x120']],
    labels: { mode: 'acme' },
    summary: 'The certificate expires in 9 days and was not renewed.',
  },
  DidarServerErrors: { series: [['didar_http_requests_total{status="500"}', '0x60 0+2x60']] },
  DidarJobsLate: { series: [['didar_jobs_late_seconds', '0x60 900+60x60']] },
  DidarJobsFail: {
    series: [['didar_jobs{kind="make_backup",state="failed"}', '0x100 1x20']],
    labels: { kind: 'make_backup' },
    summary: 'Work of kind make_backup was given up.',
  },
  DidarRecordingsFail: {
    series: [['didar_recordings{state="failed"}', '2x100 3x20']],
    labels: { state: 'failed' },
  },
  DidarDiskFills: {
    series: [['didar_disk_free_bytes{holds="recordings"}', '9000000000x120']],
    labels: { holds: 'recordings' },
    summary: 'The disk of the recordings is nearly full: recordings will be stopped.',
  },
  DidarMemoryShort: { series: [['didar_memory_available_bytes', '150000000x120']] },
  DidarSlow: { series: [['didar_event_loop_delay_seconds', '2x120']] },
};

describe.skipIf(Bun.which('promtool') === null)('an alert rule (promtool)', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(`${tmpdir()}/didar-alerts-`);
    writeFileSync(`${home}/didar.rules.yml`, alertRules());
  });
  afterAll(() => rmSync(home, { recursive: true }));

  const promtool = (...args: string[]) =>
    runProcess({ command: ['promtool', ...args], env: process.env, cwd: home });

  /** Two hours of these figures, and what is to be said of them at the end. */
  async function judge(series: readonly Series[], expected: Readonly<Record<string, unknown>>) {
    const tests = {
      rule_files: ['didar.rules.yml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series.map(([name, values]) => ({ series: name, values })),
          ...expected,
        },
      ],
    };
    writeFileSync(`${home}/test.yml`, JSON.stringify(tests));
    const { code, stdout, stderr } = await promtool('test', 'rules', 'test.yml');
    return code === 0 ? 'as expected' : stdout + stderr;
  }

  test('is valid, and so are all others', async () => {
    expect(await promtool('check', 'rules', 'didar.rules.yml')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${ALERTS.length} rules found`),
    });
  });

  test('is silent about a server that is well, with a failed join and a fault now and then', async () => {
    const none = ALERTS.map(({ alert }) => ({ eval_time: '2h', alertname: alert, exp_alerts: [] }));
    const early = none.map((each) => ({ ...each, eval_time: '35m' }));
    expect(await judge(WELL, { alert_rule_test: [...none, ...early] })).toBe('as expected');
  });

  test.each(ALERTS.map((alert) => [alert.alert, alert] as const))(
    '%s is set off by what it is for, says what to do, and sets off no other',
    async (name, { summary, fix, severity }) => {
      const broken = BROKEN[name];
      if (!broken) throw new Error(`nothing here sets ${name} off`);
      const names = new Set(broken.series.map(([series]) => series));
      const series = [...WELL.filter(([series]) => !names.has(series)), ...broken.series];
      const fired = {
        exp_labels: { severity, ...broken.labels },
        exp_annotations: { summary: broken.summary ?? summary, fix },
      };
      const alerts = ALERTS.map(({ alert }) => ({
        eval_time: '2h',
        alertname: alert,
        exp_alerts: alert === name ? [fired] : [],
      }));
      expect(await judge(series, { alert_rule_test: alerts })).toBe('as expected');
    },
  );
});
