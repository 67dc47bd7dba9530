import { Counter, type Registry } from 'prom-client';
import type { Clock } from '../../lib/clock.ts';
import type { MediaServer } from '../../livekit/media-server/media-server.ts';
import { RECORDING_STATES } from '../../recording/states.ts';
import { type DidarEvent, EVENT_KINDS } from '../events/model.ts';
import type { NetworkHealth } from '../network/model.ts';
import type { System } from '../system/model.ts';
import type { LoopDelay } from './loop-delay.ts';
import { NO_LABELS, readAnew, type Sample } from './read-anew.ts';
import type { MetricsRepo } from './repo.ts';

export interface HouseMetricsDeps {
  readonly registry: Registry;
  readonly version: string;
  readonly clock: Clock;
  readonly repo: MetricsRepo;
  readonly media: Pick<MediaServer, 'status' | 'version'>;
  readonly health: () => NetworkHealth;
  readonly counts: () => System['counts'];
  /** The kinds of jobs that there can be. */
  readonly jobKinds: () => readonly string[];
  readonly ready: () => boolean;
  /** Open event streams. */
  readonly streams: () => number;
  readonly subscribe: (listener: (event: DidarEvent) => void) => () => void;
  readonly loopDelay: LoopDelay;
}

/** Our own figures, read when somebody asks for them. Returns what ends the counting of events. */
export function registerHouseMetrics(deps: HouseMetricsDeps): () => void {
  const { registry, clock, repo, media, health, counts, loopDelay } = deps;
  const { gauge, counter } = readAnew(registry);
  const one = (read: () => number) => (): readonly Sample[] => [[NO_LABELS, read()]];
  const startedAt = clock.now();

  gauge(
    'didar_info',
    'Versions, as labels.',
    () => [[{ version: deps.version, livekit: media.version() ?? 'unknown' }, 1]],
    ['version', 'livekit'],
  );
  gauge(
    'didar_start_time_seconds',
    'When this process began.',
    one(() => startedAt / 1000),
  );
  gauge(
    'didar_ready',
    '1 while calls can be made.',
    one(() => Number(deps.ready())),
  );
  gauge(
    'didar_rooms',
    'Rooms that exist.',
    one(() => counts().rooms),
  );
  gauge(
    'didar_live_rooms',
    'Rooms with somebody in them.',
    one(() => counts().liveRooms),
  );
  gauge(
    'didar_participants',
    'People in rooms, by the path of their media.',
    () => Object.entries(health().paths.now).map(([path, n]) => [{ path }, n]),
    ['path'],
  );
  counter(
    'didar_joins_total',
    'Joins whose media came through, or failed to.',
    () => Object.entries(resultsOf(health())).map(([result, n]) => [{ result }, n]),
    ['result'],
  );
  gauge(
    'didar_connect_seconds',
    'From signalling to media, of the last 24 hours.',
    () => quantilesOf(health()),
    ['quantile'],
  );
  gauge(
    'didar_selftest_ok',
    '1 where a test of our own ports went well a minute ago, 0 where it failed.',
    () =>
      health()
        .tests.filter(({ state }) => state !== 'untested')
        .map(({ name, state }) => [{ test: name }, Number(state === 'ok')]),
    ['test'],
  );
  gauge(
    'didar_certificate_days_left',
    'Until the certificate expires; absent without TLS.',
    () => {
      const { certificate } = health();
      return certificate ? [[{ mode: certificate.mode }, certificate.daysLeft]] : [];
    },
    // A figure without labels would be told as 0 where there is none.
    ['mode'],
  );
  gauge(
    'didar_jobs',
    'Jobs of the queue, by kind and state.',
    () => [
      ...noJobs(deps.jobKinds()),
      ...repo.jobs().map(({ kind, state, n }) => [{ kind, state }, n] as const),
    ],
    ['kind', 'state'],
  );
  gauge(
    'didar_jobs_late_seconds',
    'How long the job that is due longest has waited.',
    one(() => Math.max(0, clock.now() - (repo.oldestDue() ?? clock.now())) / 1000),
  );
  gauge(
    'didar_recordings',
    'Recordings, by state.',
    () => [
      ...RECORDING_STATES.map((state) => [{ state }, 0] as const),
      ...repo.recordings().map(({ state, n }) => [{ state }, n] as const),
    ],
    ['state'],
  );
  gauge(
    'didar_livekit_up',
    '1 while the media server is ready.',
    one(() => Number(media.status().state === 'ready')),
  );
  counter(
    'didar_livekit_restarts_total',
    'Restarts of the media server.',
    one(() => media.status().restarts),
  );
  gauge('didar_event_streams', 'Open event streams.', one(deps.streams));
  gauge('didar_database_bytes', 'Size of the database.', one(repo.bytes));
  gauge(
    'didar_event_loop_delay_seconds',
    'The longest that the event loop was late since the last scrape.',
    one(loopDelay.max),
  );
  gauge('process_resident_memory_bytes', 'Memory of this process.', one(process.memoryUsage.rss));
  counter('process_cpu_seconds_total', 'CPU time of this process.', one(cpuSeconds));

  const events = new Counter({
    name: 'didar_events_total',
    help: 'What happened, by kind of event.',
    labelNames: ['kind'],
    registers: [registry],
  });
  // From nothing on: the first of its kind is an increase to Prometheus too.
  for (const kind of EVENT_KINDS) events.inc({ kind }, 0);
  return deps.subscribe(({ kind, id }) => {
    if (id !== 0) events.inc({ kind });
  });
}

/** Told as none from the start: what begins with 1 has not grown, and would set off no alert. */
function noJobs(kinds: readonly string[]): readonly Sample[] {
  return kinds.flatMap((kind) =>
    ['queued', 'running', 'failed'].map((state) => [{ kind, state }, 0] as const),
  );
}

function resultsOf({ joins: { ok, failed } }: NetworkHealth) {
  return { ok, failed };
}

function quantilesOf({ connectMs: { p50, p95 } }: NetworkHealth): readonly Sample[] {
  const quantiles = [
    ['0.5', p50],
    ['0.95', p95],
  ] as const;
  return quantiles.flatMap(([quantile, ms]) => (ms === null ? [] : [[{ quantile }, ms / 1000] as const]));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
