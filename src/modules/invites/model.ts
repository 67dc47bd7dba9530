import { type Static, t } from 'elysia';
import { INVITE_ROLES } from '../../access/enter.ts';
import { oneOf, page, Timestamp } from '../../lib/schema.ts';
import { RoomName } from '../rooms/model.ts';

const InviteRoleModel = oneOf(INVITE_ROLES);

export const Invite = t.Object({
  /** `i_…` */
  id: t.String(),
  role: InviteRoleModel,
  /** `open`: newcomers may use it; `used_up`; `expired`. A revoked one is not listed. */
  state: t.Union([t.Literal('open'), t.Literal('used_up'), t.Literal('expired')]),
  /** How many people may come in by it; null for any number. */
  maxUses: t.Nullable(t.Integer()),
  /** How many did. The same person again is no further use. */
  uses: t.Integer(),
  createdBy: t.String(),
  createdAt: Timestamp,
  expiresAt: t.Nullable(Timestamp),
});
export type Invite = Static<typeof Invite>;
export const InvitePage = page(Invite);

export const InviteCreate = t.Partial(
  t.Object({
    /** `guest` when left out. Who has an account becomes a member: a moderator by one for moderators, else an attendee. */
    role: InviteRoleModel,
    /** Any number when left out or null. */
    maxUses: t.Nullable(t.Integer({ minimum: 1, maximum: 100_000 })),
    /** Seconds; a week when left out, null for never. */
    expiresIn: t.Nullable(t.Integer({ minimum: 1, maximum: 315_360_000 })),
  }),
  { additionalProperties: false },
);
export type InviteCreate = Static<typeof InviteCreate>;

/** The one answer that carries the token, and the link with it. */
export const InviteCreated = t.Composite([Invite, t.Object({ token: t.String(), link: t.String() })]);
export type InviteCreated = Static<typeof InviteCreated>;

export const InviteParams = t.Object({ name: RoomName, id: t.String({ minLength: 1, maxLength: 100 }) });
