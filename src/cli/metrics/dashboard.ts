type Unit = 'short' | 's' | 'bytes' | 'Bps' | 'd' | 'percent' | 'percentunit' | 'reqps' | 'ms';

interface Panel {
  readonly title: string;
  readonly type: 'stat' | 'timeseries';
  readonly unit: Unit;
  /** PromQL, each with what its line is called. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
}

const COLUMNS = 24;
const SIZES = { stat: { w: 4, h: 4 }, timeseries: { w: 12, h: 8 } } as const;
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana, not of ours
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** In the order of the screen: what somebody looks at first stands first. */
export const PANELS: readonly Panel[] = [
  { title: 'Ready', type: 'stat', unit: 'short', queries: [['didar_ready', 'ready']] },
  { title: 'Live rooms', type: 'stat', unit: 'short', queries: [['didar_live_rooms', 'rooms']] },
  { title: 'People', type: 'stat', unit: 'short', queries: [['sum(didar_participants)', 'people']] },
  {
    title: 'Recording now',
    type: 'stat',
    unit: 'short',
    queries: [['sum(didar_recordings{state=~"starting|recording|reconnecting"}) or vector(0)', 'recordings']],
  },
  {
    title: 'Certificate',
    type: 'stat',
    unit: 'd',
    queries: [['didar_certificate_days_left', 'days left']],
  },
  {
    title: 'Media server restarts, 24 h',
    type: 'stat',
    unit: 'short',
    queries: [['increase(didar_livekit_restarts_total[24h])', 'restarts']],
  },
  {
    title: 'People by the path of their media',
    type: 'timeseries',
    unit: 'short',
    queries: [['didar_participants', '{{path}}']],
  },
  {
    title: 'Joins',
    type: 'timeseries',
    unit: 'short',
    queries: [['increase(didar_joins_total[5m])', '{{result}}']],
  },
  {
    title: 'From signalling to media, last 24 h',
    type: 'timeseries',
    unit: 's',
    queries: [['didar_connect_seconds', 'quantile {{quantile}}']],
  },
  {
    title: 'Tests of our own ports',
    type: 'timeseries',
    unit: 'short',
    queries: [['didar_selftest_ok', '{{test}}']],
  },
  {
    title: 'Media',
    type: 'timeseries',
    unit: 'Bps',
    queries: [['sum by (direction) (rate(livekit_packet_bytes[1m]))', '{{direction}}']],
  },
  {
    title: 'Packet loss',
    type: 'timeseries',
    unit: 'percentunit',
    queries: [
      [
        // Without any loss there is no such metric: that is none of all.
        '(sum by (direction) (rate(livekit_packet_loss_total[1m])) or 0 * sum by (direction) (rate(livekit_packet_total[1m]))) / sum by (direction) (rate(livekit_packet_total[1m]))',
        '{{direction}}',
      ],
    ],
  },
  {
    title: 'Round trip',
    type: 'timeseries',
    unit: 'ms',
    queries: [['sum(rate(livekit_rtt_ms_sum[1m])) / sum(rate(livekit_rtt_ms_count[1m]))', 'mean']],
  },
  {
    title: 'Requests by status',
    type: 'timeseries',
    unit: 'reqps',
    queries: [['sum by (status) (rate(didar_http_requests_total[1m]))', '{{status}}']],
  },
  {
    title: 'Slowest routes, 95th percentile',
    type: 'timeseries',
    unit: 's',
    queries: [
      [
        // Routes that nobody asked for have no quantile: NaN is not more than 0.
        'topk(5, histogram_quantile(0.95, sum by (route, le) (rate(didar_http_request_duration_seconds_bucket[5m]))) > 0)',
        '{{route}}',
      ],
    ],
  },
  {
    title: 'Jobs that wait, run or failed',
    type: 'timeseries',
    unit: 'short',
    queries: [
      ['sum by (state) (didar_jobs{state=~"queued|running|failed"})', '{{state}}'],
      ['didar_jobs_late_seconds', 'seconds late'],
    ],
  },
  {
    title: 'What happened',
    type: 'timeseries',
    unit: 'short',
    queries: [['sum by (kind) (increase(didar_events_total[5m])) > 0', '{{kind}}']],
  },
  {
    title: 'The event loop was late',
    type: 'timeseries',
    unit: 's',
    queries: [['didar_event_loop_delay_seconds', 'at most']],
  },
  {
    title: 'Processors',
    type: 'timeseries',
    unit: 'percentunit',
    queries: [['didar_cpu_ratio', '{{part}}']],
  },
  {
    title: 'Memory and database',
    type: 'timeseries',
    unit: 'bytes',
    queries: [
      ['didar_memory_bytes', '{{part}}'],
      ['didar_memory_available_bytes', 'available'],
      ['didar_database_bytes', 'database'],
    ],
  },
  {
    title: 'Free disk',
    type: 'timeseries',
    unit: 'bytes',
    queries: [['didar_disk_free_bytes', '{{holds}}']],
  },
];

/** A dashboard for Grafana 10 and up, to be imported as it is; it asks which Prometheus to read. */
export function dashboard(): unknown {
  let [x, y, height] = [0, 0, 0];
  const panels = PANELS.map(({ title, type, unit, queries }, i) => {
    const { w, h } = SIZES[type];
    if (x + w > COLUMNS) [x, y] = [0, y + height];
    const gridPos = { x, y, w, h };
    [x, height] = [x + w, h];
    return {
      id: i + 1,
      title,
      type,
      gridPos,
      datasource: DATASOURCE,
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: queries.map(([expr, legendFormat], n) => ({
        refId: String.fromCharCode(65 + n),
        datasource: DATASOURCE,
        expr,
        legendFormat,
      })),
    };
  });
  return {
    uid: 'didar',
    title: 'Didar',
    tags: ['didar'],
    timezone: 'browser',
    refresh: '30s',
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    // Grafana's schema wants the key, though there are none.
    annotations: { list: [] },
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }],
    },
    panels,
  };
}
