import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Permissions } from '../access/permissions.ts';
import type { MemberRole, RoomRole, Scope } from '../access/principal.ts';
import type { Lowered, RoleChanges } from '../access/roles.ts';

/** Times are milliseconds since the epoch. Names of columns are those of the API, in snake case. */
const time = (name: string) => integer(name);
const flag = (name: string) => integer(name, { mode: 'boolean' });

export const users = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    /** As typed, for display; compared by `emailKey` (trimmed, NFKC, lower case). */
    email: text('email').notNull(),
    emailKey: text('email_key').notNull(),
    name: text('name').notNull(),
    role: text('role').$type<'admin' | 'user'>().notNull(),
    /** argon2id in PHC form; null for an account that signs in elsewhere. */
    passwordHash: text('password_hash'),
    disabledAt: time('disabled_at'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [uniqueIndex('users_email_key').on(t.emailKey)],
);

/** A signed-in device: one family of rotating refresh tokens. */
export const logins = sqliteTable(
  'logins',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    refreshHash: text('refresh_hash').notNull(),
    /** The hash before the last rotation: seeing it again means that it was stolen, and revokes the login. */
    previousHash: text('previous_hash'),
    userAgent: text('user_agent'),
    address: text('address'),
    createdAt: time('created_at').notNull(),
    usedAt: time('used_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    revokedAt: time('revoked_at'),
  },
  (t) => [
    index('logins_user').on(t.userId),
    uniqueIndex('logins_refresh_hash').on(t.refreshHash),
    index('logins_previous_hash').on(t.previousHash),
  ],
);

export const apiTokens = sqliteTable(
  'api_tokens',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    hash: text('hash').notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<Scope[]>().notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    usedAt: time('used_at'),
    revokedAt: time('revoked_at'),
  },
  (t) => [uniqueIndex('api_tokens_hash').on(t.hash)],
);

/** A link that an admin hands to someone, good for one use: to make an account, or to set a new password. */
export const accountLinks = sqliteTable(
  'account_links',
  {
    id: text('id').primaryKey(),
    kind: text('kind').$type<'invitation' | 'reset'>().notNull(),
    /** Of the secret in the link. */
    hash: text('hash').notNull(),
    /** Whose password a reset sets. */
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** Of the account that an invitation makes; without an email any will do. */
    email: text('email'),
    role: text('role').$type<'admin' | 'user'>(),
    createdBy: text('created_by').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    usedAt: time('used_at'),
    revokedAt: time('revoked_at'),
  },
  (t) => [uniqueIndex('account_links_hash').on(t.hash), index('account_links_user').on(t.userId)],
);

/** Who an account is at an OpenID provider. */
export const identities = sqliteTable(
  'identities',
  {
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: time('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.issuer, t.subject] }), index('identities_user').on(t.userId)],
);

export const rooms = sqliteTable(
  'rooms',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    title: text('title').notNull(),
    access: text('access').$type<'public' | 'members' | 'private'>().notNull(),
    state: text('state').$type<'open' | 'closed'>().notNull(),
    locked: flag('locked').notNull(),
    /** Who joins waits until a moderator lets them in. */
    approval: flag('approval').notNull().default(false),
    /** argon2id in PHC form; null for a room without a password. */
    passwordHash: text('password_hash'),
    maxParticipants: integer('max_participants').notNull(),
    emptyTimeout: integer('empty_timeout').notNull(),
    departureTimeout: integer('departure_timeout').notNull(),
    /** Of roles `attendee` and `guest` in this room, where `roles` doesn't say otherwise. */
    permissions: text('permissions', { mode: 'json' }).$type<Permissions>().notNull(),
    /** Where the sets of roles differ from that; a moderator's begin with everything. */
    roles: text('roles', { mode: 'json' }).$type<RoleChanges>().notNull().default({}),
    /** What was taken from all but moderators for now. */
    lowered: text('lowered', { mode: 'json' }).$type<Lowered>(),
    /** Recorded from the first person on. */
    autoRecord: flag('auto_record').notNull().default(false),
    /** People are asked to agree to a recording before they come in. */
    consent: flag('consent').notNull().default(false),
    createdBy: text('created_by').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [uniqueIndex('rooms_name').on(t.name)],
);

export const members = sqliteTable(
  'members',
  {
    roomId: text('room_id')
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').$type<MemberRole>().notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.userId] }), index('members_user').on(t.userId)],
);

/** A link that lets its bearer into a room with a role. */
export const invites = sqliteTable(
  'invites',
  {
    id: text('id').primaryKey(),
    roomId: text('room_id')
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    /** Of the token, which is shown once. */
    hash: text('hash').notNull(),
    role: text('role').$type<Exclude<RoomRole, 'owner'>>().notNull(),
    /** How many people may come in by it; null for any number. */
    maxUses: integer('max_uses'),
    uses: integer('uses').notNull().default(0),
    createdBy: text('created_by').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    revokedAt: time('revoked_at'),
  },
  (t) => [uniqueIndex('invites_hash').on(t.hash), index('invites_room').on(t.roomId, t.id)],
);

/** Who came in by an invitation: the same person again is no further use. */
export const inviteUses = sqliteTable(
  'invite_uses',
  {
    inviteId: text('invite_id')
      .notNull()
      .references(() => invites.id, { onDelete: 'cascade' }),
    identity: text('identity').notNull(),
    /** When they last came in by it. */
    usedAt: time('used_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.inviteId, t.identity] })],
);

/** What a moderator said to someone who waited; holds until the meeting is over. */
export const admissions = sqliteTable(
  'admissions',
  {
    roomId: text('room_id')
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    identity: text('identity').notNull(),
    decision: text('decision').$type<'admitted' | 'refused'>().notNull(),
    name: text('name').notNull(),
    decidedBy: text('decided_by').notNull(),
    decidedAt: time('decided_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.identity] })],
);

/** Permissions of one identity in one room that differ from its role's, kept for the next join. */
export const grants = sqliteTable(
  'grants',
  {
    roomId: text('room_id')
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    identity: text('identity').notNull(),
    permissions: text('permissions', { mode: 'json' }).$type<Permissions>().notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.roomId, t.identity] })],
);

/** Someone kept out of a room, until lifted (or `expiresAt`, for a guest's address). */
export const denials = sqliteTable(
  'denials',
  {
    id: text('id').primaryKey(),
    roomId: text('room_id')
      .notNull()
      .references(() => rooms.id, { onDelete: 'cascade' }),
    kind: text('kind').$type<'kick' | 'ban'>().notNull(),
    identity: text('identity'),
    address: text('address'),
    name: text('name'),
    createdBy: text('created_by').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
  },
  (t) => [index('denials_room').on(t.roomId), index('denials_identity').on(t.roomId, t.identity)],
);

/** One life of a LiveKit room, keyed by its room SID. */
export const sessions = sqliteTable(
  'sessions',
  {
    sid: text('sid').primaryKey(),
    roomId: text('room_id').references(() => rooms.id, { onDelete: 'set null' }),
    roomName: text('room_name').notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    endReason: text('end_reason'),
    peakParticipants: integer('peak_participants').notNull().default(0),
  },
  (t) => [index('sessions_room').on(t.roomId, t.startedAt), index('sessions_open').on(t.endedAt)],
);

/** One stay of a participant in a session, keyed by its participant SID. */
export const participants = sqliteTable(
  'participants',
  {
    sid: text('sid').primaryKey(),
    sessionSid: text('session_sid')
      .notNull()
      .references(() => sessions.sid, { onDelete: 'cascade' }),
    identity: text('identity').notNull(),
    name: text('name').notNull(),
    role: text('role').$type<RoomRole>().notNull(),
    joinedAt: time('joined_at').notNull(),
    leftAt: time('left_at'),
    leaveReason: text('leave_reason'),
    path: text('path').$type<'udp' | 'tcp' | 'turn-udp' | 'turn-tls'>(),
    /** Milliseconds from signalling to connected media. */
    connectMs: integer('connect_ms'),
    candidates: text('candidates', { mode: 'json' }).$type<Record<string, unknown>>(),
    reconnects: integer('reconnects').notNull().default(0),
  },
  (t) => [
    index('participants_session').on(t.sessionSid),
    index('participants_identity').on(t.identity),
    index('participants_present').on(t.leftAt),
    index('participants_joined').on(t.joinedAt, t.path, t.connectMs),
  ],
);

export const events = sqliteTable(
  'events',
  {
    /** Grows by one; the stream's event id and the cursor of the list. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    kind: text('kind').notNull(),
    at: time('at').notNull(),
    actor: text('actor'),
    roomName: text('room_name'),
    identity: text('identity'),
    /** What it happened to, as `user:u_…`. */
    object: text('object'),
    outcome: text('outcome').$type<'done' | 'refused' | 'failed'>().notNull().default('done'),
    data: text('data', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
  },
  (t) => [
    index('events_room').on(t.roomName, t.id),
    index('events_kind').on(t.kind, t.id),
    index('events_actor').on(t.actor, t.id),
    index('events_object').on(t.object, t.id),
    index('events_at').on(t.at),
  ],
);

/** Webhooks that were taken in already, so that a repeated delivery changes nothing. Pruned after a day. */
export const webhookIds = sqliteTable(
  'webhook_ids',
  { id: text('id').primaryKey(), at: time('at').notNull() },
  (t) => [index('webhook_ids_at').on(t.at)],
);

/** One recording of one meeting, in one or more parts. */
export const recordings = sqliteTable(
  'recordings',
  {
    id: text('id').primaryKey(),
    roomId: text('room_id').references(() => rooms.id, { onDelete: 'set null' }),
    roomName: text('room_name').notNull(),
    sessionSid: text('session_sid'),
    backend: text('backend').$type<'builtin' | 'egress'>().notNull(),
    /** See `src/recording/states.ts`. */
    state: text('state').notNull(),
    /** Why it failed, or what is worth knowing of how it ended. */
    cause: text('cause', { mode: 'json' }).$type<{ code: string; message: string; fix?: string }>(),
    options: text('options', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    /** `room` where the room records by itself. */
    startedBy: text('started_by').notNull(),
    /** Who asked for its end; null while it runs, and where it ended by itself. */
    stoppedBy: text('stopped_by'),
    createdAt: time('created_at').notNull(),
    /** First media stored. */
    startedAt: time('started_at'),
    stoppedAt: time('stopped_at'),
    finishedAt: time('finished_at'),
    /** Milliseconds of meeting. */
    duration: integer('duration').notNull().default(0),
    bytes: integer('bytes').notNull().default(0),
    parts: integer('parts').notNull().default(0),
    /** Thousandths, while composing or uploading. */
    progress: integer('progress'),
  },
  (t) => [
    index('recordings_room').on(t.roomName, t.createdAt),
    index('recordings_state').on(t.state),
    index('recordings_created').on(t.createdAt),
  ],
);

export const recordingFiles = sqliteTable(
  'recording_files',
  {
    id: text('id').primaryKey(),
    recordingId: text('recording_id')
      .notNull()
      .references(() => recordings.id, { onDelete: 'cascade' }),
    kind: text('kind').$type<'track' | 'manifest' | 'video' | 'audio'>().notNull(),
    /** As downloads name it; unique in its recording. */
    name: text('name').notNull(),
    contentType: text('content_type').notNull(),
    bytes: integer('bytes').notNull(),
    sha256: text('sha256'),
    /** `local`: under `recording.dir`; `s3`: the object's key. */
    storage: text('storage').$type<'local' | 's3'>().notNull(),
    location: text('location').notNull(),
    /** Its upload in parts that was begun and not completed: the next process goes on with it. */
    upload: text('upload', { mode: 'json' }).$type<{ key: string; id: string; partBytes: number }>(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('recording_files_name').on(t.recordingId, t.name)],
);

/** The durable queue: composing, uploads, deliveries. */
export const jobs = sqliteTable(
  'jobs',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    state: text('state').$type<'queued' | 'running' | 'done' | 'failed' | 'cancelled'>().notNull(),
    payload: text('payload', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    /** Jobs with the same key are one job while it is queued or running. */
    uniqueKey: text('unique_key'),
    attempts: integer('attempts').notNull().default(0),
    maxAttempts: integer('max_attempts').notNull(),
    /** Not before. */
    runAt: time('run_at').notNull(),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
    /** Thousandths. */
    progress: integer('progress').notNull().default(0),
    error: text('error', { mode: 'json' }).$type<{ code: string; message: string; fix?: string }>(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    index('jobs_due').on(t.state, t.runAt),
    index('jobs_unique').on(t.uniqueKey, t.state),
    index('jobs_created').on(t.createdAt),
  ],
);

/** Answers to creates that carried an Idempotency-Key, for a day. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    /** SHA-256 of who asked and of the key. */
    keyHash: text('key_hash').primaryKey(),
    requestHash: text('request_hash').notNull(),
    /** Of the answer; 0 as long as there is none. */
    status: integer('status').notNull(),
    contentType: text('content_type').notNull(),
    /** Sealed: it may hold a secret that is shown once. */
    body: blob('body', { mode: 'buffer' }).notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('idempotency_keys_created').on(t.createdAt)],
);

/** Where events are sent to. */
export const webhooks = sqliteTable('webhooks', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  /** Sealed by a key that is not in the database. */
  secret: blob('secret', { mode: 'buffer' }).notNull(),
  /** Kinds, or prefixes that end with a dot; all when empty. */
  kinds: text('kinds', { mode: 'json' }).$type<string[]>().notNull(),
  /** Names of rooms; all when empty. */
  rooms: text('rooms', { mode: 'json' }).$type<string[]>().notNull(),
  enabled: flag('enabled').notNull(),
  /** When it said that it is gone, and was switched off by that; null once someone has changed it. */
  goneAt: time('gone_at'),
  createdBy: text('created_by').notNull(),
  createdAt: time('created_at').notNull(),
});

/** One event on its way to one webhook. */
export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    /** What the receiver knows it by: the same for each attempt. */
    id: text('id').primaryKey(),
    webhookId: text('webhook_id')
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    /** Their order. */
    eventId: integer('event_id').notNull(),
    kind: text('kind').notNull(),
    /** What the event is about: deliveries about the same go out one after another. */
    object: text('object').notNull(),
    /** As it is sent. */
    body: text('body').notNull(),
    state: text('state').$type<'pending' | 'delivered' | 'dead'>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Of the last answer, if there was one. */
    status: integer('status'),
    error: text('error', { mode: 'json' }).$type<{ code: string; message: string; fix?: string }>(),
    createdAt: time('created_at').notNull(),
    /** An attempt that fails after this is the last one. */
    expiresAt: time('expires_at').notNull(),
    finishedAt: time('finished_at'),
  },
  (t) => [
    index('webhook_deliveries_next').on(t.webhookId, t.state, t.object, t.eventId),
    uniqueIndex('webhook_deliveries_event').on(t.webhookId, t.eventId),
    index('webhook_deliveries_finished').on(t.state, t.finishedAt),
  ],
);
