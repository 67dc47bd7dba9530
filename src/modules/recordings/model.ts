import { type Static, t } from 'elysia';
import { oneOf, PageQuery, page, Timestamp } from '../../lib/schema.ts';
import { RECORDING_STATES } from '../../recording/states.ts';
import { RoomName } from '../rooms/model.ts';

export const LAYOUTS = ['grid', 'speaker', 'audio'] as const;

export const RecordingFile = t.Object({
  name: t.String(),
  /** track: media as it was sent; manifest: what happened when; video, audio: composed. */
  kind: oneOf(['track', 'manifest', 'video', 'audio']),
  contentType: t.String(),
  bytes: t.Integer(),
  sha256: t.Nullable(t.String()),
  storage: oneOf(['local', 's3']),
  createdAt: Timestamp,
});
export type RecordingFile = Static<typeof RecordingFile>;

export const RecordingOptions = t.Object({
  /** grid follows who is there, a shared screen large; audio: no picture. */
  layout: oneOf(LAYOUTS),
  width: t.Integer({ minimum: 160, maximum: 3840 }),
  height: t.Integer({ minimum: 120, maximum: 2160 }),
  /** Keep the track files after composing. */
  keepTracks: t.Boolean(),
});
export type RecordingOptions = Static<typeof RecordingOptions>;

export const Recording = t.Object({
  id: t.String(),
  room: t.String(),
  backend: oneOf(['builtin', 'egress']),
  state: oneOf(RECORDING_STATES),
  cause: t.Nullable(t.Object({ code: t.String(), message: t.String(), fix: t.Optional(t.String()) })),
  options: RecordingOptions,
  /** `u_…`, `t_…`, `local`; `room` where the room records by itself. */
  startedBy: t.String(),
  /** Who asked for its end; null while it runs, and where it ended by itself. */
  stoppedBy: t.Nullable(t.String()),
  createdAt: Timestamp,
  /** When the first media was stored. */
  startedAt: t.Nullable(Timestamp),
  stoppedAt: t.Nullable(Timestamp),
  finishedAt: t.Nullable(Timestamp),
  /** Milliseconds. */
  duration: t.Integer(),
  bytes: t.Integer(),
  parts: t.Integer(),
  /** 0 to 1 while composing or uploading, else null. */
  progress: t.Nullable(t.Number()),
  files: t.Array(RecordingFile),
});
export type Recording = Static<typeof Recording>;
export const RecordingPage = page(Recording);

export const RecordingQuery = t.Composite([
  PageQuery,
  t.Object({ room: t.Optional(RoomName), state: t.Optional(oneOf(RECORDING_STATES)) }),
]);
export const RecordingStart = t.Optional(t.Partial(RecordingOptions, { additionalProperties: false }));
