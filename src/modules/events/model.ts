import { type Static, t } from 'elysia';
import { oneOf, PageQuery, page, Timestamp } from '../../lib/schema.ts';

/** Every kind of event there is; the stream's `event:` field. Stored unless marked otherwise in `events/service.ts`. */
export const EVENT_KINDS = [
  'server.started',
  'server.draining',
  'livekit.state',
  'livekit.log',
  'user.created',
  'user.changed',
  'user.deleted',
  'login.created',
  'login.revoked',
  'token.created',
  'token.revoked',
  'room.created',
  'room.changed',
  'room.deleted',
  'room.started',
  'room.finished',
  'member.changed',
  'participant.joined',
  'participant.changed',
  'participant.left',
  'participant.failed',
  'participant.kicked',
  'participant.banned',
  'participant.muted',
  'participant.unmuted',
  'participant.permissions',
  'participant.waiting',
  'participant.admitted',
  'participant.refused',
  'participant.withdrew',
  'invite.created',
  'invite.used',
  'invite.revoked',
  'denial.created',
  'denial.lifted',
  'recording.changed',
  'recording.deleted',
  'recording.downloaded',
  'job.changed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export const DidarEvent = t.Object({
  id: t.Integer(),
  kind: oneOf(EVENT_KINDS),
  at: Timestamp,
  /** Who did it: `u_…`, `t_…`, `local`, `livekit`, `server`. */
  actor: t.Nullable(t.String()),
  room: t.Nullable(t.String()),
  identity: t.Nullable(t.String()),
  /** `participant.*` carries `participant`, `room.*` carries `room` (or `{room: null}` when it is gone): what a view needs to redraw without asking. */
  data: t.Record(t.String(), t.Unknown()),
});
export type DidarEvent = Static<typeof DidarEvent>;
export const EventPage = page(DidarEvent);

/** The id of an event, as a cursor. */
export const EventCursor = t.String({ pattern: '^\\d{0,15}$', description: 'The id of an event.' });

export const EventQuery = t.Object({
  ...PageQuery.properties,
  cursor: t.Optional(EventCursor),
  kind: t.Optional(
    t.String({ maxLength: 200, description: 'Kinds or prefixes, by comma: room.,participant.left' }),
  ),
  room: t.Optional(t.String({ maxLength: 63 })),
  identity: t.Optional(t.String({ maxLength: 200 })),
  /** Newest first by default. */
  order: t.Optional(t.Union([t.Literal('asc'), t.Literal('desc')])),
});
