import { dump } from 'js-yaml';

interface Alert {
  readonly alert: string;
  /** PromQL. */
  readonly expr: string;
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly fix: string;
}

/** What somebody should be told of, each with what to do. */
export const ALERTS: readonly Alert[] = [
  {
    alert: 'DidarDown',
    expr: 'up{job="didar"} == 0',
    for: '2m',
    severity: 'critical',
    summary: 'didar does not answer.',
    fix: 'On its machine: systemctl status didar; journalctl -u didar | didar explain',
  },
  {
    alert: 'DidarNotReady',
    expr: 'didar_ready == 0',
    for: '2m',
    severity: 'critical',
    summary: 'No calls can be made.',
    fix: 'GET /api/ready tells the reason; didar doctor the fix.',
  },
  {
    alert: 'DidarMediaServerRestarts',
    expr: 'increase(didar_livekit_restarts_total[15m]) >= 2',
    for: '0m',
    severity: 'critical',
    summary: 'The media server keeps ending; each time everybody is thrown out.',
    fix: 'didar doctor names the cause of its last end.',
  },
  {
    alert: 'DidarPortTestFails',
    expr: 'didar_selftest_ok == 0',
    for: '5m',
    severity: 'warning',
    summary: 'A port does not answer as it should: {{ $labels.test }}.',
    fix: 'GET /api/system/network tells what was seen; didar probe checks it from outside.',
  },
  {
    alert: 'DidarJoinsFail',
    expr: 'sum(increase(didar_joins_total{result="failed"}[15m])) > 3 and sum(increase(didar_joins_total{result="failed"}[15m])) > 0.1 * sum(increase(didar_joins_total{result="ok"}[15m]))',
    for: '5m',
    severity: 'warning',
    summary: 'More than one join in ten does not get its media through.',
    fix: 'The Network view lists the failures with their likely causes.',
  },
  {
    alert: 'DidarCertificateExpires',
    expr: 'didar_certificate_days_left < 10',
    for: '1h',
    severity: 'warning',
    summary: 'The certificate expires in {{ $value }} days and was not renewed.',
    fix: 'didar doctor tells why the last renewal failed.',
  },
  {
    alert: 'DidarServerErrors',
    expr: 'sum(increase(didar_http_requests_total{status=~"5.."}[10m])) > 10',
    for: '5m',
    severity: 'warning',
    summary: 'Requests end in faults of the server.',
    fix: 'Its log tells each with its request id.',
  },
  {
    alert: 'DidarJobsLate',
    expr: 'didar_jobs_late_seconds > 900',
    for: '5m',
    severity: 'warning',
    summary: 'What is to be done in the background is a quarter of an hour late.',
    fix: 'didar job list --state queued',
  },
  {
    alert: 'DidarJobsFail',
    expr: 'sum by (kind) (delta(didar_jobs{state="failed"}[1h])) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'Work of kind {{ $labels.kind }} was given up.',
    fix: 'didar job list --state failed tells why; didar job retry runs it again.',
  },
  {
    alert: 'DidarRecordingsFail',
    expr: 'delta(didar_recordings{state="failed"}[1h]) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'A recording failed.',
    fix: 'didar record list tells why.',
  },
  {
    alert: 'DidarDiskFills',
    expr: 'didar_disk_free_bytes < 2 * 1024 ^ 3 or didar_disk_free_bytes < 0.1 * didar_disk_bytes',
    for: '5m',
    severity: 'warning',
    summary: 'The disk of the {{ $labels.holds }} is nearly full: recordings will be stopped.',
    fix: 'Make room, set recording.retention, or name a larger disk in recording.dir.',
  },
  {
    alert: 'DidarMemoryShort',
    expr: 'didar_memory_available_bytes < 0.1 * didar_memory_total_bytes',
    for: '5m',
    severity: 'warning',
    summary: 'Less than a tenth of the memory is left; the kernel may end the media server.',
    fix: 'GET /api/system/usage tells which part holds how much; raise MemoryMax, or add memory.',
  },
  {
    alert: 'DidarSlow',
    expr: 'didar_event_loop_delay_seconds > 1',
    for: '10m',
    severity: 'warning',
    summary: 'The server is short of CPU: what is due waits for more than a second.',
    fix: 'Look for what else runs on the machine; compose recordings elsewhere, or add a core.',
  },
];

/** The alerts as a rule file for Prometheus. */
export function alertRules(): string {
  const rules = ALERTS.map(({ alert, expr, for: wait, severity, summary, fix }) => ({
    alert,
    expr,
    for: wait,
    labels: { severity },
    annotations: { summary, fix },
  }));
  return dump({ groups: [{ name: 'didar', rules }] }, { lineWidth: -1 });
}
