import { type Static, t } from 'elysia';
import { oneOf, PageQuery, page, Timestamp } from '../../lib/schema.ts';

/** Every kind of event there is; the stream's `event:` field. Stored unless marked otherwise in `events/service.ts`. */
export const EVENT_KINDS = [
  'server.started',
  'server.draining',
  'log.changed',
  'livekit.state',
  'livekit.log',
  'user.created',
  'user.changed',
  'user.deleted',
  'user.reset',
  'user.linked',
  'invitation.created',
  'invitation.used',
  'invitation.revoked',
  'login.created',
  'login.revoked',
  'token.created',
  'token.revoked',
  'room.created',
  'room.changed',
  'room.deleted',
  'room.muted',
  'room.unmuted',
  'room.lowered',
  'room.restored',
  'room.started',
  'room.finished',
  'member.changed',
  'speaking.changed',
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
  'backup.created',
  'webhook.created',
  'webhook.changed',
  'webhook.deleted',
  'webhook.redelivered',
  'webhook.failed',
  'request.refused',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** `refused`: not permitted, or not possible as things are. `failed`: a fault of the server or of what it needs. */
export const EVENT_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

export const DidarEvent = t.Object({
  id: t.Integer(),
  kind: oneOf(EVENT_KINDS),
  at: Timestamp,
  /** Who did it: `u_…`, `t_…`, `local`, `livekit`, `server`; `anyone` who was not signed in. */
  actor: t.Nullable(t.String()),
  room: t.Nullable(t.String()),
  identity: t.Nullable(t.String()),
  /** What it happened to, as `user:u_…`, `room:abc-defg-hij`, `token:t_…`. */
  object: t.Nullable(t.String()),
  outcome: oneOf(EVENT_OUTCOMES),
  /**
   * `participant.*` carries `participant`, `room.*` carries `room` (or `{room: null}` when it is gone): what a view
   * needs to redraw without asking. `speaking.changed`, which is never stored, carries `speaking`: the identities of all
   * who speak in the room now, or null when it is not known any more. Administrative acts carry `before` and `after`: of what was changed, only the
   * fields that differ.
   */
  data: t.Record(t.String(), t.Unknown()),
});
export type DidarEvent = Static<typeof DidarEvent>;
export const EventPage = page(DidarEvent);

/** The id of an event, as a cursor. */
export const EventCursor = t.String({ pattern: '^\\d{0,15}$', description: 'The id of an event.' });

/** By what a stream of events can be narrowed. */
const narrowing = {
  kind: t.Optional(
    t.String({ maxLength: 200, description: 'Kinds or prefixes, by comma: room.,participant.left' }),
  ),
  actor: t.Optional(t.String({ maxLength: 100, description: 'Who did it: u_…, t_…, local, server, anyone' })),
  object: t.Optional(t.String({ maxLength: 220, description: 'What it happened to: user:u_…, room:NAME' })),
  room: t.Optional(t.String({ maxLength: 63 })),
  identity: t.Optional(t.String({ maxLength: 200 })),
  outcome: t.Optional(oneOf(EVENT_OUTCOMES)),
};
const period = {
  since: t.Optional(t.String({ format: 'date-time', description: 'Not before (RFC 3339)' })),
  until: t.Optional(t.String({ format: 'date-time', description: 'Before (RFC 3339)' })),
};

export const EventQuery = t.Object({
  ...PageQuery.properties,
  cursor: t.Optional(EventCursor),
  ...narrowing,
  ...period,
  /** Newest first by default. */
  order: t.Optional(t.Union([t.Literal('asc'), t.Literal('desc')])),
});
export const EventExportQuery = t.Object({ ...narrowing, ...period });
export const EventStreamQuery = t.Object({ ...narrowing, after: t.Optional(EventCursor) });
export type EventNarrowing = Partial<Static<typeof EventExportQuery>>;
