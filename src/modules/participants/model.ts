import { type Static, t } from 'elysia';
import { ROOM_ROLES } from '../../access/principal.ts';
import { oneOf, page, Timestamp } from '../../lib/schema.ts';
import { PermissionsChange, PermissionsModel, Room, RoomName } from '../rooms/model.ts';

export const Track = t.Object({
  sid: t.String(),
  /** microphone, camera, screen_share, screen_share_audio, unknown */
  source: t.String(),
  kind: t.Union([t.Literal('audio'), t.Literal('video'), t.Literal('data')]),
  muted: t.Boolean(),
});
export type Track = Static<typeof Track>;

export const MediaPath = t.Union([
  t.Literal('udp'),
  t.Literal('tcp'),
  t.Literal('turn-udp'),
  t.Literal('turn-tls'),
]);
export type MediaPath = Static<typeof MediaPath>;

export const Participant = t.Object({
  identity: t.String(),
  sid: t.String(),
  room: t.String(),
  name: t.String(),
  role: oneOf(ROOM_ROLES),
  /** joining: signalling only; active: media connected; reconnecting: signalling lost, and LiveKit waits for them. */
  state: t.Union([t.Literal('joining'), t.Literal('active'), t.Literal('reconnecting')]),
  joinedAt: Timestamp,
  /** How the media travels; null until it is known. */
  path: t.Nullable(MediaPath),
  /** Milliseconds from signalling to connected media; null until it is known. */
  connectMs: t.Nullable(t.Number()),
  /** How often the media came over to another path, or back, since it first flowed. */
  reconnects: t.Integer(),
  tracks: t.Array(Track),
  permissions: PermissionsModel,
  /** The microphone was locked by a moderator. */
  micLocked: t.Boolean(),
});
export type Participant = Static<typeof Participant>;

/** With what changes too fast to be told as an event of the participant: `speaking.changed` tells it. */
export const LiveParticipant = t.Object({
  ...Participant.properties,
  /** Null where it is not known: only in a room that is recorded here is it known. */
  speaking: t.Nullable(t.Boolean()),
});
export type LiveParticipant = Static<typeof LiveParticipant>;
export const ParticipantPage = page(LiveParticipant);

export const ParticipantParams = t.Object({
  name: RoomName,
  identity: t.String({ minLength: 1, maxLength: 200 }),
});

export const MuteBody = t.Optional(
  t.Object({ lock: t.Optional(t.Boolean({ default: false })) }, { additionalProperties: false }),
);
/** Identities that it doesn't cover. */
const Except = t.Array(t.String({ maxLength: 200 }), { maxItems: 1000 });
export const MuteAllBody = t.Optional(
  t.Object(
    { lock: t.Optional(t.Boolean({ default: false })), except: t.Optional(Except) },
    { additionalProperties: false },
  ),
);
/** What everyone but moderators may still do; what is left out stays as it is. */
export const LowerBody = t.Partial(
  t.Object({
    publish: PermissionsModel.properties.publish,
    subscribe: t.Boolean(),
    data: t.Boolean(),
    except: Except,
  }),
  { additionalProperties: false, minProperties: 1 },
);
/** Whose microphones were turned off, or who was asked to turn theirs on; and the room as it is now. */
export const Silenced = t.Object({ identities: t.Array(t.String()), room: Room });
export type Silenced = Static<typeof Silenced>;
export const BanBody = t.Optional(
  t.Object(
    {
      reason: t.Optional(t.String({ maxLength: 500 })),
      address: t.Optional(
        t.Boolean({
          description:
            'true: no guest comes in from their address for a day; false: the address is left alone. Left out, a guest’s address is kept out for ten minutes.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export const KickBody = t.Optional(
  t.Object({ reason: t.Optional(t.String({ maxLength: 500 })) }, { additionalProperties: false }),
);
/** The answer of kick and ban: the denial that keeps them out. */
export const Removed = t.Object({
  identity: t.String(),
  denial: t.Object({ id: t.String(), expiresAt: t.Nullable(Timestamp) }),
  /** Until when guests from their address are kept out too; null when it isn't, or isn't known. */
  addressUntil: t.Nullable(Timestamp),
});
export type Removed = Static<typeof Removed>;
/** `done`: it holds now; `requested`: the client was asked (data message, topic `didar.request`). */
export const UnmuteAnswer = t.Object({
  state: t.Union([t.Literal('done'), t.Literal('requested')]),
  participant: Participant,
});
export const ParticipantChange = t.Object(
  { permissions: PermissionsChange },
  { additionalProperties: false },
);
