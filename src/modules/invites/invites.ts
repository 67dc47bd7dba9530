import { authorize, type RoomFacts } from '../../access/decide.ts';
import type { InviteRole } from '../../access/enter.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { hashSecret, newId, newSecret } from '../../lib/ids.ts';
import { idOf, type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Invite, InviteCreate, InviteCreated } from './model.ts';
import type { InviteRepo, InviteRow } from './repo.ts';

const DEFAULT_LIFE_S = 7 * 86_400;
/** Short enough to be read from a screen, and 144 bits of chance. */
const TOKEN_BYTES = 18;
/** Of one room that are not revoked. */
const MOST = 1_000;
/** The first join comes before the meeting that it starts. */
const BEFORE_MEETING_MS = 60_000;

interface InvitedRoom {
  readonly id: string;
  readonly name: string;
}

/** An invitation that holds for this person now, or why it doesn't, as a sentence's end. */
export type Presented =
  | { readonly id: string; readonly role: InviteRole }
  | { readonly id?: undefined; readonly why: string };

export interface Invites {
  create(principal: Principal, room: string, input: InviteCreate): InviteCreated;
  list(principal: Principal, room: string, query: { cursor?: string; limit?: number }): Page<Invite>;
  /** From now on nobody comes in by it, who used it neither. Throws `invite_not_found`. */
  revoke(principal: Principal, room: string, id: string): void;
  /**
   * What a token is worth to this identity (undefined: someone who has none yet). Count and expiry are for newcomers:
   * who came in by it returns to the same meeting.
   */
  present(room: InvitedRoom, token: string, identity: string | undefined): Presented;
  /** This person comes in by it. Inside a transaction. Why it doesn't hold any more, when someone was faster. */
  use(
    room: InvitedRoom,
    id: string,
    person: { readonly identity: string; readonly name: string },
  ): string | undefined;
}

export interface InvitesDeps {
  readonly repo: InviteRepo;
  readonly events: EventRecorder;
  readonly live: Pick<LiveState, 'room'>;
  readonly clock: Clock;
  /** Throws `room_not_found` for a room that the principal can't know of. */
  readonly visible: (
    principal: Principal,
    room: string,
  ) => { readonly row: InvitedRoom; readonly facts: RoomFacts };
  /** Where people reach this server: http(s)://… */
  readonly publicUrl: () => string;
}

/** Links that let their bearers into a room. The token is stored as a hash and shown once. */
export function createInvites({ repo, events, live, clock, visible, publicUrl }: InvitesDeps): Invites {
  /** With a role, that is what the invitation makes of people: nobody gives away, or takes back, more than they have. */
  function invitable(principal: Principal, name: string, over?: InviteRole): InvitedRoom {
    const { row, facts } = visible(principal, name);
    authorize(principal, 'room.invite', { ...facts, over });
    return row;
  }

  function shown(row: InviteRow): Invite {
    const { id, role, maxUses, uses, createdBy, createdAt, expiresAt } = row;
    return {
      id,
      role,
      state: isExpired(row) ? 'expired' : isUsedUp(row) ? 'used_up' : 'open',
      maxUses,
      uses,
      createdBy,
      createdAt: toTimestamp(createdAt),
      expiresAt: expiresAt === null ? null : toTimestamp(expiresAt),
    };
  }

  const isExpired = ({ expiresAt }: InviteRow) => expiresAt !== null && expiresAt <= clock.now();
  const isUsedUp = ({ maxUses, uses }: InviteRow) => maxUses !== null && uses >= maxUses;

  function isReturning(room: InvitedRoom, row: InviteRow, identity: string | undefined): boolean {
    const usedAt = identity === undefined ? undefined : repo.usedBy(row.id, identity);
    if (usedAt === undefined) return false;
    const meeting = live.room(room.name);
    return !isExpired(row) || (meeting !== undefined && usedAt >= meeting.startedAt - BEFORE_MEETING_MS);
  }

  return {
    create(principal, name, { role = 'guest', maxUses = null, expiresIn = DEFAULT_LIFE_S }) {
      const room = invitable(principal, name, role);
      if (repo.count(room.id) >= MOST) throw tooMany(room);
      const now = clock.now();
      const token = newSecret(TOKEN_BYTES);
      const row: InviteRow = {
        id: newId('i', now),
        roomId: room.id,
        hash: hashSecret(token),
        role,
        maxUses,
        uses: 0,
        createdBy: actorOf(principal),
        createdAt: now,
        expiresAt: expiresIn === null ? null : now + expiresIn * 1000,
        revokedAt: null,
      };
      events.inTransaction(() => {
        repo.insert(row);
        events.record({
          kind: 'invite.created',
          actor: row.createdBy,
          room: name,
          data: { invite: shown(row) },
          after: shown(row),
        });
      });
      // In the fragment, which browsers keep to themselves: it reaches no log.
      const link = `${publicUrl().replace(/\/$/, '')}/room/${name}#invite=${token}`;
      return { ...shown(row), token, link };
    },

    list(principal, name, { cursor, limit = 100 }) {
      const rows = repo.list(invitable(principal, name).id, cursor, limit + 1);
      return pageOf(rows, limit, shown, idOf);
    },

    revoke(principal, name, id) {
      const room = invitable(principal, name);
      events.inTransaction(() => {
        const row = repo.byId(room.id, id);
        if (!row) throw notFound(id);
        invitable(principal, name, row.role);
        repo.revoke(id, clock.now());
        events.record({
          kind: 'invite.revoked',
          actor: actorOf(principal),
          room: name,
          data: { invite: shown(row) },
          before: shown(row),
        });
      });
    },

    present(room, token, identity) {
      const row = repo.byHash(room.id, hashSecret(token));
      if (!row) return { why: 'it is not one of this room' };
      if (row.revokedAt !== null) return { why: 'it was revoked' };
      if (!isReturning(room, row, identity)) {
        if (isExpired(row)) return { why: 'it has expired' };
        if (isUsedUp(row)) return { why: 'it has been used up' };
      }
      return { id: row.id, role: row.role };
    },

    use(room, id, { identity, name }) {
      const isNew = repo.usedBy(id, identity) === undefined;
      if (isNew && !repo.countUse(id)) return 'it has been used up';
      repo.setUse(id, identity, clock.now());
      const row = repo.byId(room.id, id);
      if (!row) return 'it was revoked';
      if (!isNew) return undefined;
      events.record({
        kind: 'invite.used',
        actor: identity,
        room: room.name,
        identity,
        data: { invite: shown(row), name },
      });
      return undefined;
    },
  };
}

const notFound = (id: string) =>
  new DomainError('invite_not_found', `There is no invitation "${id}" to this room.`, {
    fix: 'It may be revoked already: GET /api/room/:name/invites lists those there are.',
  });

const tooMany = (room: InvitedRoom) =>
  new DomainError('too_many_invites', `"${room.name}" has ${MOST} invitations already.`, {
    fix: 'Revoke those that are not needed any more: DELETE /api/room/:name/invites/:id.',
  });
