import { type Static, t } from 'elysia';
import { ROOM_ROLES } from '../../access/principal.ts';
import { oneOf, PageQuery, page, Timestamp } from '../../lib/schema.ts';
import { RoomName } from '../rooms/model.ts';

export const DECISIONS = ['admitted', 'refused'] as const;
export type Decision = (typeof DECISIONS)[number];
/** What a moderator said to an identity in the current meeting of a room. */
export type DecisionOf = (roomId: string, identity: string) => Decision | undefined;

/** Someone at the door of a room with `approval`. */
export const Waiting = t.Object({
  room: RoomName,
  identity: t.String(),
  name: t.String(),
  /** As what they would come in; null for one about whom it was decided. */
  role: t.Nullable(oneOf(ROOM_ROLES)),
  state: oneOf(['waiting', ...DECISIONS]),
  /** Since when they wait, or when it was decided. */
  since: Timestamp,
  decidedBy: t.Nullable(t.String()),
});
export type Waiting = Static<typeof Waiting>;
export const WaitingPage = page(Waiting);

export const WaitingQuery = t.Object({
  ...PageQuery.properties,
  /** Those who wait; or those about whom it was decided in this meeting. */
  state: t.Optional(oneOf(['waiting', ...DECISIONS])),
});

export const WaitQuery = t.Object({
  ticket: t.String({ maxLength: 2_000, description: 'From the answer 202 of a join.' }),
});
