import { authorize, type RoomFacts } from '../../access/decide.ts';
import { higherRole, type InviteRole } from '../../access/enter.ts';
import { actorOf, type MemberRole, type Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Member } from './model.ts';
import type { MemberRow, RoomRepo, RoomRow } from './repo.ts';
import type { Rooms } from './service.ts';

export interface MembersDeps {
  readonly repo: RoomRepo;
  readonly rooms: Pick<Rooms, 'visible'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** Someone's role changed: brings them in line where they are in the room. */
  readonly onChanged: (room: RoomRow, userId: string) => Promise<void>;
}

/** Who has which role in a room. A room that has an owner keeps one. */
export function createMembers({ repo, rooms, events, clock, onChanged }: MembersDeps) {
  function roomFor(principal: Principal, name: string) {
    const { row, facts } = rooms.visible(principal, name);
    authorize(principal, 'room.members', facts);
    return { row, facts };
  }

  function keepAnOwner(roomId: string, current: MemberRole | undefined): void {
    if (current !== 'owner' || repo.ownersOf(roomId).length > 1) return;
    throw new DomainError('last_owner', 'This is the last owner of the room.', {
      fix: 'Make someone else an owner first.',
    });
  }

  /** Nobody gives or takes a role above their own: owners are made and unmade by owners and admins. */
  function maySet(principal: Principal, facts: RoomFacts, roles: (MemberRole | undefined)[]): void {
    for (const over of roles) authorize(principal, 'room.members', { ...facts, over });
  }

  /** Within a transaction. */
  function assign(principal: Principal, room: RoomRow, userId: string, role: MemberRole): void {
    const before = repo.roleOf(room.id, userId) ?? null;
    repo.setMember(room.id, userId, role, clock.now());
    events.record({
      kind: 'member.changed',
      actor: actorOf(principal),
      room: room.name,
      identity: userId,
      data: { role },
      before,
      after: role,
    });
  }

  function shown(room: RoomRow, userId: string): Member {
    const member = repo.member(room.id, userId);
    if (!member) throw userNotFound(userId);
    return present(member);
  }

  return {
    list(principal: Principal, name: string, cursor: string | undefined, limit = 100): Page<Member> {
      const { row } = roomFor(principal, name);
      const rows = repo.members(row.id, cursor, limit + 1);
      return pageOf(rows, limit, present, ({ user }) => user.id);
    },

    async set(principal: Principal, name: string, userId: string, role: MemberRole): Promise<Member> {
      const { row, facts } = roomFor(principal, name);
      const current = repo.roleOf(row.id, userId);
      maySet(principal, facts, [current, role]);
      if (!repo.userExists(userId)) throw userNotFound(userId);
      if (role !== 'owner') keepAnOwner(row.id, current);
      const changed = events.inTransaction(() => {
        assign(principal, row, userId, role);
        return shown(row, userId);
      });
      await onChanged(row, userId);
      return changed;
    },

    /**
     * Makes a user the owner, and moderators of whoever was: the owner who asks, or all of them when an admin does.
     */
    async transfer(principal: Principal, name: string, userId: string): Promise<Member> {
      const { row, facts } = roomFor(principal, name);
      authorize(principal, 'room.change', facts);
      if (!repo.userExists(userId)) throw userNotFound(userId);
      const asker =
        principal.kind === 'user' && facts.memberRole === 'owner' ? [principal.userId] : undefined;
      const before = (asker ?? repo.ownersOf(row.id)).filter((id) => id !== userId);
      const member = events.inTransaction(() => {
        assign(principal, row, userId, 'owner');
        for (const id of before) assign(principal, row, id, 'moderator');
        return shown(row, userId);
      });
      for (const id of [userId, ...before]) await onChanged(row, id);
      return member;
    },

    /** A user came by an invitation: a member from now on, never less than before. Inside a transaction. */
    invited(
      room: RoomRow,
      user: { readonly userId: string; readonly role: 'admin' | 'user' },
      invite: { readonly id: string; readonly role: InviteRole },
    ): void {
      const { userId } = user;
      const current = repo.roleOf(room.id, userId);
      // An admin moderates every room, and as a member of it would be no more than that.
      if (current === undefined && user.role === 'admin') return;
      // Who has an account is never a guest.
      const role = higherRole(current ?? 'attendee', invite.role === 'guest' ? 'attendee' : invite.role);
      if (role === current) return;
      repo.setMember(room.id, userId, role, clock.now());
      events.record({
        kind: 'member.changed',
        actor: userId,
        room: room.name,
        identity: userId,
        data: { role, invite: invite.id },
        before: current ?? null,
        after: role,
      });
    },

    async remove(principal: Principal, name: string, userId: string): Promise<void> {
      const { row, facts } = roomFor(principal, name);
      const current = repo.roleOf(row.id, userId);
      maySet(principal, facts, [current]);
      keepAnOwner(row.id, current);
      events.inTransaction(() => {
        if (!repo.deleteMember(row.id, userId)) {
          throw new DomainError('member_not_found', `"${userId}" is no member of "${name}".`, {
            fix: `See who is: GET /api/room/${name}/members.`,
          });
        }
        events.record({
          kind: 'member.changed',
          actor: actorOf(principal),
          room: name,
          identity: userId,
          data: { role: null },
          before: current ?? null,
          after: null,
        });
      });
      await onChanged(row, userId);
    },
  };
}

export type Members = ReturnType<typeof createMembers>;

function present(row: MemberRow): Member {
  return { user: row.user, role: row.role, createdAt: toTimestamp(row.createdAt) };
}

function userNotFound(id: string): DomainError {
  return new DomainError('user_not_found', `There is no user "${id}".`, { fix: 'See didar user list.' });
}
