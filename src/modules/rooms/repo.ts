import { and, asc, eq, exists, gt, like, ne, or, type SQL, sql } from 'drizzle-orm';
import type { MemberRole } from '../../access/principal.ts';
import type { Database } from '../../db/open.ts';
import { members, rooms, users } from '../../db/schema.ts';
import type { UserInRoom } from './standing.ts';

export type RoomRow = typeof rooms.$inferSelect;
export type MemberRow = {
  user: { id: string; name: string; email: string };
  role: MemberRole;
  createdAt: number;
};

/** Rooms whose rows are kept at hand; joins read them all the time, and only this process writes them. */
const CACHE_SIZE = 5_000;
const SOME = 5;

export interface RoomFilter {
  readonly search?: string;
  /** Only what this user may know of: all but private rooms that the user is no member of. */
  readonly visibleTo?: string;
}

export function createRoomRepo({ orm }: Pick<Database, 'orm'>) {
  const cache = new Map<string, RoomRow>();
  const byName = orm
    .select()
    .from(rooms)
    .where(eq(rooms.name, sql.placeholder('name')))
    .prepare();
  const roleOf = orm
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.roomId, sql.placeholder('roomId')), eq(members.userId, sql.placeholder('userId'))))
    .prepare();

  const userInRoom = orm
    .select({ role: users.role, disabledAt: users.disabledAt, memberRole: members.role })
    .from(users)
    .leftJoin(members, and(eq(members.userId, users.id), eq(members.roomId, sql.placeholder('roomId'))))
    .where(eq(users.id, sql.placeholder('userId')))
    .prepare();

  const withUser = (condition: SQL | undefined) =>
    orm
      .select({
        user: { id: users.id, name: users.name, email: users.email },
        role: members.role,
        createdAt: members.createdAt,
      })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(condition)
      .orderBy(asc(members.userId));

  function remember(row: RoomRow): RoomRow {
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(row.name, row);
    return row;
  }

  return {
    byName(name: string): RoomRow | undefined {
      const cached = cache.get(name);
      if (cached) return cached;
      const row = byName.get({ name });
      return row && remember(row);
    },

    list(filter: RoomFilter, after: string | undefined, limit: number): RoomRow[] {
      const { search, visibleTo } = filter;
      const membership = orm
        .select({ one: sql`1` })
        .from(members)
        .where(and(eq(members.roomId, rooms.id), eq(members.userId, visibleTo ?? '')));
      const pattern = `%${search?.replace(/[%_\\]/g, '')}%`;
      return orm
        .select()
        .from(rooms)
        .where(
          and(
            after === undefined ? undefined : gt(rooms.name, after),
            search ? or(like(rooms.name, pattern), like(rooms.title, pattern)) : undefined,
            visibleTo === undefined ? undefined : or(ne(rooms.access, 'private'), exists(membership)),
          ),
        )
        .orderBy(asc(rooms.name))
        .limit(limit)
        .all();
    },

    count(): number {
      return orm.select({ count: sql<number>`count(*)` }).from(rooms).get()?.count ?? 0;
    },

    /** Some that stay open for longer than so many seconds after everyone left, or while nobody came. */
    lingering(seconds: number): Pick<RoomRow, 'name' | 'emptyTimeout' | 'departureTimeout'>[] {
      const { name, emptyTimeout, departureTimeout } = rooms;
      return orm
        .select({ name, emptyTimeout, departureTimeout })
        .from(rooms)
        .where(or(gt(emptyTimeout, seconds), gt(departureTimeout, seconds)))
        .orderBy(asc(name))
        .limit(SOME)
        .all();
    },

    /** False when the name is taken. */
    insert(row: RoomRow): boolean {
      return orm.insert(rooms).values(row).onConflictDoNothing().returning({ id: rooms.id }).all().length > 0;
    },

    update(name: string, change: Partial<RoomRow>): RoomRow | undefined {
      cache.delete(name);
      const row = orm.update(rooms).set(change).where(eq(rooms.name, name)).returning().get();
      return row && remember(row);
    },

    delete(name: string): void {
      cache.delete(name);
      orm.delete(rooms).where(eq(rooms.name, name)).run();
    },

    /** After a transaction was rolled back, what is kept at hand may never have been stored. */
    forget(): void {
      cache.clear();
    },

    roleOf(roomId: string, userId: string): MemberRole | undefined {
      return roleOf.get({ roomId, userId })?.role;
    },

    /** A user as seen from a room; undefined when there is no such account. */
    userInRoom: (roomId: string, userId: string): UserInRoom | undefined =>
      userInRoom.get({ roomId, userId }),

    members(roomId: string, after: string | undefined, limit: number): MemberRow[] {
      return withUser(
        and(eq(members.roomId, roomId), after === undefined ? undefined : gt(members.userId, after)),
      )
        .limit(limit)
        .all();
    },

    member(roomId: string, userId: string): MemberRow | undefined {
      return withUser(and(eq(members.roomId, roomId), eq(members.userId, userId))).get();
    },

    userExists(userId: string): boolean {
      return orm.select({ id: users.id }).from(users).where(eq(users.id, userId)).get() !== undefined;
    },

    setMember(roomId: string, userId: string, role: MemberRole, createdAt: number): void {
      orm
        .insert(members)
        .values({ roomId, userId, role, createdAt })
        .onConflictDoUpdate({ target: [members.roomId, members.userId], set: { role } })
        .run();
    },

    /** False when there was none. */
    deleteMember(roomId: string, userId: string): boolean {
      return (
        orm
          .delete(members)
          .where(and(eq(members.roomId, roomId), eq(members.userId, userId)))
          .returning({ role: members.role })
          .all().length > 0
      );
    },

    ownersOf(roomId: string): string[] {
      return orm
        .select({ userId: members.userId })
        .from(members)
        .where(and(eq(members.roomId, roomId), eq(members.role, 'owner')))
        .all()
        .map(({ userId }) => userId);
    },
  };
}

export type RoomRepo = ReturnType<typeof createRoomRepo>;
