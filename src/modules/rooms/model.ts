import { type Static, t } from 'elysia';
import { TRACK_SOURCES } from '../../access/permissions.ts';
import { oneOf, PageQuery, page, Timestamp, textOf } from '../../lib/schema.ts';

export const RoomName = t.String({
  pattern: '^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]$',
  minLength: 3,
  maxLength: 63,
  description: 'Lower-case letters, digits and hyphens, 3 to 63 characters.',
  examples: ['abc-defg-hij'],
});
export const RoomParams = t.Object({ name: RoomName });

// No `uniqueItems`: TypeBox hashes every item for it, which cost a tenth of a join. Repeated sources do no harm.
export const PermissionsModel = t.Object({
  publish: t.Array(oneOf(TRACK_SOURCES), { maxItems: 20 }),
  subscribe: t.Boolean(),
  data: t.Boolean(),
  hidden: t.Boolean(),
});
/** Any part of it; what is left out stays as it is. */
export const PermissionsChange = t.Partial(PermissionsModel, {
  additionalProperties: false,
  minProperties: 1,
});

/** What a role may do in a room: its media, and what its members may do there. */
export const RoleSet = t.Object({
  ...PermissionsModel.properties,
  /** See who is in, mute, kick, ban, admit; keep the members; lock the room. */
  moderate: t.Boolean(),
  record: t.Boolean(),
  invite: t.Boolean(),
});
export const RoleSets = t.Object({ owner: RoleSet, moderator: RoleSet, attendee: RoleSet, guest: RoleSet });
const RoleSetChange = t.Partial(RoleSet, { additionalProperties: false, minProperties: 1 });
/** Any part of them. Owners have everything always, guests nothing but media. */
export const RolesChange = t.Partial(
  t.Object({ moderator: RoleSetChange, attendee: RoleSetChange, guest: PermissionsChange }),
  { additionalProperties: false, minProperties: 1 },
);

export const RoomAccess = t.Union([t.Literal('public'), t.Literal('members'), t.Literal('private')]);

const settings = {
  title: textOf(0, 200),
  /** Who may join: anyone, guests too; members; or members, and nobody else knows of the room. */
  access: RoomAccess,
  /** Nobody new comes in, moderators excepted. */
  locked: t.Boolean(),
  /** Who joins waits until a moderator lets them in. */
  approval: t.Boolean(),
  maxParticipants: t.Integer({ minimum: 1, maximum: 10_000 }),
  /** Seconds an empty LiveKit room is kept before anyone came. */
  emptyTimeout: t.Integer({ minimum: 1, maximum: 86_400 }),
  /** Seconds it is kept after the last one left. */
  departureTimeout: t.Integer({ minimum: 1, maximum: 86_400 }),
  /** What attendees of this room may do; changing it changes guests too. `roles` tells and changes each role's. */
  permissions: PermissionsModel,
  /** Recorded by itself, from the first person on. */
  autoRecord: t.Boolean(),
  /** Clients are to ask people whether they agree to be recorded before they connect them. */
  consent: t.Boolean(),
};

/** Needed to come in; never told again. Null takes it away. */
const RoomPassword = t.Nullable(t.String({ minLength: 4, maxLength: 200 }));

export const Room = t.Object({
  name: RoomName,
  ...settings,
  roles: RoleSets,
  /** What is left to everyone but moderators for now; null: nothing was taken from them. */
  lowered: t.Nullable(
    t.Object({
      publish: PermissionsModel.properties.publish,
      subscribe: t.Boolean(),
      data: t.Boolean(),
      /** Identities that it doesn't cover. */
      except: t.Array(t.String()),
    }),
  ),
  state: t.Union([t.Literal('open'), t.Literal('closed')]),
  /** Who is neither invited nor a moderator needs a password. */
  hasPassword: t.Boolean(),
  /** How many are in it now. */
  participants: t.Integer(),
  /** How many of them publish something. */
  publishers: t.Integer(),
  /** The SID and start of the LiveKit room, while it lives. */
  session: t.Nullable(t.Object({ sid: t.String(), startedAt: Timestamp })),
  recording: t.Nullable(t.Object({ id: t.String(), state: t.String(), startedAt: Timestamp })),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Room = Static<typeof Room>;

export const RoomCreate = t.Partial(
  t.Object({ name: RoomName, ...settings, roles: RolesChange, password: RoomPassword }),
  {
    additionalProperties: false,
  },
);
export type RoomCreate = Static<typeof RoomCreate>;

/** `state: open` opens a closed room again; `closed` ends the meeting and lets nobody in. */
export const RoomChange = t.Partial(
  t.Object({
    ...settings,
    permissions: t.Partial(PermissionsModel),
    roles: RolesChange,
    password: RoomPassword,
    state: t.Union([t.Literal('open'), t.Literal('closed')]),
  }),
  { additionalProperties: false, minProperties: 1 },
);
export type RoomChange = Static<typeof RoomChange>;

export const RoomQuery = t.Composite([
  PageQuery,
  t.Object({ search: t.Optional(t.String({ maxLength: 100 })) }),
]);
export const RoomPage = page(Room);

export const JoinRequest = t.Object(
  {
    room: RoomName,
    /** Display name; a guest needs one, a user's own is taken when left out. */
    name: t.Optional(textOf(1, 100)),
    invite: t.Optional(t.String({ maxLength: 200 })),
    /** Of a room with `hasPassword`. */
    password: t.Optional(t.String({ maxLength: 200 })),
    /** From an earlier join: come back as the same guest. */
    guest: t.Optional(t.String({ maxLength: 2000 })),
  },
  { additionalProperties: false },
);
export type JoinRequest = Static<typeof JoinRequest>;

export const JoinAnswer = t.Object({
  /** ws(s):// URL for a LiveKit client. */
  url: t.String(),
  token: t.String(),
  room: t.String(),
  identity: t.String(),
  name: t.String(),
  role: t.String(),
  permissions: PermissionsModel,
  expiresAt: Timestamp,
  /** Whether the meeting is being recorded, or will be as soon as someone is there. */
  recording: t.Boolean(),
  /** Ask the person to agree to a recording before connecting: by the room's setting or the server's. */
  consent: t.Boolean(),
  /** Only for guests: send it as `guest` next time. */
  guest: t.Optional(t.String()),
});
export type JoinAnswer = Static<typeof JoinAnswer>;

/** The room has `approval`: a moderator decides. Join again the same way (with `guest`) once the stream says `admitted`. */
export const JoinWaiting = t.Object({
  state: t.Literal('waiting'),
  room: t.String(),
  identity: t.String(),
  name: t.String(),
  role: t.String(),
  /** Shows a place in the waiting room, and opens nothing else. */
  ticket: t.String(),
  /** Path of the server-sent events that tell how waiting ends. Who has no stream for half a minute waits no more. */
  streamUrl: t.String(),
  /** Only for guests: send it as `guest` next time. */
  guest: t.Optional(t.String()),
});
export type JoinWaiting = Static<typeof JoinWaiting>;

export const Member = t.Object({
  user: t.Object({ id: t.String(), name: t.String(), email: t.String() }),
  role: t.Union([t.Literal('owner'), t.Literal('moderator'), t.Literal('attendee')]),
  createdAt: Timestamp,
});
export type Member = Static<typeof Member>;
export const MemberChange = t.Object({ role: Member.properties.role }, { additionalProperties: false });
export const OwnerChange = t.Object(
  { user: t.String({ minLength: 1, maxLength: 100, description: 'Id of the new owner.' }) },
  { additionalProperties: false },
);
export const MemberPage = page(Member);

export const Denial = t.Object({
  id: t.String(),
  kind: t.Union([t.Literal('kick'), t.Literal('ban')]),
  identity: t.Nullable(t.String()),
  address: t.Nullable(t.String()),
  name: t.Nullable(t.String()),
  createdBy: t.String(),
  createdAt: Timestamp,
  expiresAt: t.Nullable(Timestamp),
});
export type Denial = Static<typeof Denial>;
export const DenialPage = page(Denial);
