import { actorOf, type Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { type ClockJump, describeJump } from '../../lib/clock-watch.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { LogLevel } from '../../lib/log.ts';
import type { LogControl } from '../../lib/log-control.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { MediaServer } from '../../livekit/media-server/media-server.ts';
import type { CertificateStatus } from '../../network/tls/certificate-store.ts';
import type { EventRecorder } from '../events/events.ts';
import { certificateHealth } from './certificate-health.ts';
import type { Checks, Health, LiveKitStatus, Log, LogSettings, Ready, System } from './model.ts';

export interface SystemDeps {
  readonly version: string;
  readonly clock: Clock;
  readonly media: MediaServer;
  /** Throws when the database cannot be read and written. */
  readonly checkDatabase: () => void;
  /** Throws when the data directory takes no files. */
  readonly checkData: () => void;
  /** How the clock jumped; undefined while it is steady. */
  readonly clockJump: () => ClockJump | undefined;
  /** The certificate and how its renewal goes; undefined with TLS off. */
  readonly certificate: () => CertificateStatus | undefined;
  readonly counts: () => System['counts'];
  readonly draining: () => boolean;
  readonly publicUrl: () => string;
  readonly recordingDir: string;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly logControl: Pick<LogControl, 'level' | 'setLevel' | 'lines'>;
}

export type SystemService = ReturnType<typeof createSystem>;

/** What the server knows of itself. */
export function createSystem(deps: SystemDeps) {
  const { version, clock, media, counts, draining, publicUrl, events, logControl } = deps;
  const startedAt = clock.now();

  function livekit(): Health {
    const status = media.status();
    if (status.state === 'ready') return { ok: true };
    const cause = status.lastExit?.cause;
    return {
      ok: false,
      reason: cause
        ? `${cause.title}: ${cause.cause}`
        : (status.reason ?? `livekit-server is in state ${status.state}.`),
      fix: cause?.fix ?? status.fix,
    };
  }

  function clockHealth(): Health {
    const jump = deps.clockJump();
    if (jump === undefined) return { ok: true };
    return {
      ok: false,
      reason: `The clock of this machine was set ${describeJump(jump)}, or the machine slept: tokens made before may not hold.`,
      fix: 'Let a time server set it ("timedatectl set-ntp true"); if it is right now, nothing is to be done.',
    };
  }

  function ready(): Ready {
    const checks: Checks = {
      database: healthBy(deps.checkDatabase),
      data: healthBy(deps.checkData),
      livekit: livekit(),
      clock: clockHealth(),
      certificate: certificateHealth(deps.certificate(), clock.now()),
    };
    return { ready: checks.database.ok && checks.data.ok && checks.livekit.ok, checks };
  }

  return {
    ready,
    log: (): Log => ({
      level: logControl.level(),
      own: [...logControl.lines()],
      lines: [...media.lastLines()],
    }),
    setLogLevel(by: Principal, level: LogLevel): LogSettings {
      const before = { level: logControl.level() };
      logControl.setLevel(level);
      events.record({ kind: 'log.changed', actor: actorOf(by), object: 'server', before, after: { level } });
      return { level };
    },
    describe(): System {
      const now = clock.now();
      const { ready: isReady, checks } = ready();
      return {
        version,
        startedAt: toTimestamp(startedAt),
        uptime: (now - startedAt) / 1000,
        pid: process.pid,
        ready: isReady,
        checks,
        draining: draining(),
        url: publicUrl(),
        livekit: describeMedia(media),
        recordingDir: deps.recordingDir,
        memory: { rss: process.memoryUsage.rss() },
        counts: counts(),
      };
    },
  };
}

function healthBy(check: () => void): Health {
  try {
    check();
    return { ok: true };
  } catch (error) {
    const fix = error instanceof DomainError ? error.fix : undefined;
    return { ok: false, reason: messageOf(error), ...(fix !== undefined && { fix }) };
  }
}

/** The media server's state in the words of the API. */
export function describeMedia(media: MediaServer): LiveKitStatus {
  const { state, pid, startedAt, restarts, nextStartAt, lastExit } = media.status();
  const timeOrNull = (ms: number | undefined) => (ms === undefined ? null : toTimestamp(ms));
  return {
    mode: media.mode,
    state,
    version: media.version() ?? null,
    pid: pid ?? null,
    startedAt: timeOrNull(startedAt),
    restarts,
    nextStartAt: timeOrNull(nextStartAt),
    lastExit: lastExit
      ? {
          at: toTimestamp(lastExit.at),
          code: lastExit.code,
          signal: lastExit.signal,
          lastLines: [...lastExit.lastLines],
          cause: lastExit.cause ?? null,
        }
      : null,
    missing: [...media.missing],
  };
}
