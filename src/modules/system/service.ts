import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { MediaServer } from '../../livekit/media-server/media-server.ts';
import type { LiveKitStatus, Ready, System } from './model.ts';

export interface SystemDeps {
  readonly version: string;
  readonly clock: Clock;
  readonly media: MediaServer;
  /** Throws when the database cannot be read. */
  readonly checkDatabase: () => void;
  readonly counts: () => System['counts'];
  readonly draining: () => boolean;
  readonly publicUrl: () => string;
}

export type SystemService = ReturnType<typeof createSystem>;

/** What the server knows of itself. */
export function createSystem(deps: SystemDeps) {
  const { version, clock, media, checkDatabase, counts, draining, publicUrl } = deps;
  const startedAt = clock.now();

  function database(): Ready['checks']['database'] {
    try {
      checkDatabase();
      return { ok: true };
    } catch (error) {
      return { ok: false, reason: `The database cannot be read: ${messageOf(error)}` };
    }
  }

  function livekit(): Ready['checks']['livekit'] {
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

  function ready(): Ready {
    const checks = { database: database(), livekit: livekit() };
    return { ready: checks.database.ok && checks.livekit.ok, checks };
  }

  return {
    ready,
    logLines: () => ({ lines: [...media.lastLines()] }),
    describe(): System {
      const now = clock.now();
      return {
        version,
        startedAt: toTimestamp(startedAt),
        uptime: (now - startedAt) / 1000,
        pid: process.pid,
        ready: ready().ready,
        draining: draining(),
        url: publicUrl(),
        livekit: describeMedia(media),
        memory: { rss: process.memoryUsage.rss() },
        counts: counts(),
      };
    },
  };
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
