import { type Static, t } from 'elysia';
import { LOG_LEVELS } from '../../lib/log.ts';
import { oneOf, Timestamp } from '../../lib/schema.ts';

export const LiveKitStatus = t.Object({
  mode: t.Union([t.Literal('embedded'), t.Literal('static'), t.Literal('external')]),
  state: t.Union([
    t.Literal('starting'),
    t.Literal('ready'),
    t.Literal('backoff'),
    t.Literal('stopping'),
    t.Literal('stopped'),
    t.Literal('unreachable'),
  ]),
  version: t.Nullable(t.String()),
  pid: t.Nullable(t.Integer()),
  startedAt: t.Nullable(Timestamp),
  restarts: t.Integer(),
  nextStartAt: t.Nullable(Timestamp),
  lastExit: t.Nullable(
    t.Object({
      at: Timestamp,
      code: t.Nullable(t.Integer()),
      signal: t.Nullable(t.String()),
      lastLines: t.Array(t.String()),
      cause: t.Nullable(t.Object({ id: t.String(), title: t.String(), cause: t.String(), fix: t.String() })),
    }),
  ),
  /** Lines that a static or external configuration lacks, each with what to add. */
  missing: t.Array(t.Object({ what: t.String(), add: t.String() })),
});
export type LiveKitStatus = Static<typeof LiveKitStatus>;

/** One thing that has to be well. */
export const Health = t.Object({
  ok: t.Boolean(),
  reason: t.Optional(t.String()),
  fix: t.Optional(t.String()),
});
export type Health = Static<typeof Health>;

export const Checks = t.Object({
  database: Health,
  /** The data directory takes files. */
  data: Health,
  livekit: Health,
  /** A clock that was set does not end readiness: calls go on. */
  clock: Health,
  /** A certificate that is not renewed does not end readiness either; ok with TLS off. */
  certificate: Health,
});
export type Checks = Static<typeof Checks>;

export const System = t.Object({
  version: t.String(),
  startedAt: Timestamp,
  uptime: t.Number({ description: 'seconds' }),
  pid: t.Integer(),
  ready: t.Boolean(),
  checks: Checks,
  draining: t.Boolean(),
  url: t.String({ description: 'where people reach this server' }),
  livekit: LiveKitStatus,
  recordingDir: t.String({
    description: 'where recordings are kept on this machine, each in a folder of its id',
  }),
  memory: t.Object({ rss: t.Integer({ description: 'bytes' }) }),
  counts: t.Object({ rooms: t.Integer(), liveRooms: t.Integer(), participants: t.Integer() }),
});
export type System = Static<typeof System>;

export const Ready = t.Object({ ready: t.Boolean(), checks: Checks });
export type Ready = Static<typeof Ready>;

export const LogSettings = t.Object({ level: oneOf(LOG_LEVELS) }, { additionalProperties: false });
export type LogSettings = Static<typeof LogSettings>;

export const Log = t.Object({
  ...LogSettings.properties,
  /** The newest lines of this server, oldest first. */
  own: t.Array(t.String()),
  /** The newest lines of the media server, oldest first. */
  lines: t.Array(t.String()),
});
export type Log = Static<typeof Log>;
