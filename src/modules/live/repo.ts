import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { participants, sessions, webhookIds } from '../../db/schema.ts';
import type { MediaPath } from '../participants/model.ts';

export type SessionRow = typeof sessions.$inferSelect;
export type StayRow = Pick<
  typeof participants.$inferInsert,
  'sid' | 'sessionSid' | 'identity' | 'name' | 'role' | 'joinedAt'
>;
export type Ending = { readonly at: number; readonly reason: string };

/** How a stay's media travels, once it is known. */
export interface Connection {
  readonly path: MediaPath | null;
  /** Milliseconds from signalling to connected media. */
  readonly connectMs: number | null;
  readonly candidates: Record<string, unknown> | null;
  /** How often it came over to another path, or back on its own, since media first flowed. */
  readonly reconnects: number;
}

/** What is known of a SID from the database: never seen, still open, or over. */
export type Known = 'no' | 'open' | 'ended';

export function createLiveRepo({ orm }: Pick<Database, 'orm'>) {
  const rememberWebhook = orm
    .insert(webhookIds)
    .values({ id: sql.placeholder('id'), at: sql.placeholder('at') })
    .onConflictDoNothing()
    .returning({ id: webhookIds.id })
    .prepare();
  const sessionEnd = orm
    .select({ endedAt: sessions.endedAt })
    .from(sessions)
    .where(eq(sessions.sid, sql.placeholder('sid')))
    .prepare();
  const stayEnd = orm
    .select({ leftAt: participants.leftAt })
    .from(participants)
    .where(eq(participants.sid, sql.placeholder('sid')))
    .prepare();

  return {
    /** False when this webhook was taken in before. */
    rememberWebhook: (id: string, at: number): boolean => rememberWebhook.all({ id, at }).length > 0,

    forgetWebhooksBefore(at: number): void {
      orm.delete(webhookIds).where(lt(webhookIds.at, at)).run();
    },

    knownSession(sid: string): Known {
      const row = sessionEnd.get({ sid });
      return row === undefined ? 'no' : row.endedAt === null ? 'open' : 'ended';
    },

    knownStay(sid: string): Known {
      const row = stayEnd.get({ sid });
      return row === undefined ? 'no' : row.leftAt === null ? 'open' : 'ended';
    },

    /** Stores a session that lives; one that was taken for ended is open again. */
    openSession(row: Pick<SessionRow, 'sid' | 'roomId' | 'roomName' | 'startedAt'>): void {
      orm
        .insert(sessions)
        .values(row)
        .onConflictDoUpdate({ target: sessions.sid, set: { endedAt: null, endReason: null } })
        .run();
    },

    setPeak(sid: string, peakParticipants: number): void {
      orm.update(sessions).set({ peakParticipants }).where(eq(sessions.sid, sid)).run();
    },

    closeSession(sid: string, { at, reason }: Ending): void {
      orm
        .update(sessions)
        .set({ endedAt: at, endReason: reason })
        .where(and(eq(sessions.sid, sid), isNull(sessions.endedAt)))
        .run();
      orm
        .update(participants)
        .set({ leftAt: at, leaveReason: reason })
        .where(and(eq(participants.sessionSid, sid), isNull(participants.leftAt)))
        .run();
    },

    /** Stores someone who is there; one who was taken for gone is there again. */
    openStay(row: StayRow): void {
      orm
        .insert(participants)
        .values(row)
        .onConflictDoUpdate({ target: participants.sid, set: { leftAt: null, leaveReason: null } })
        .run();
    },

    closeStay(sid: string, { at, reason }: Ending): void {
      orm
        .update(participants)
        .set({ leftAt: at, leaveReason: reason })
        .where(and(eq(participants.sid, sid), isNull(participants.leftAt)))
        .run();
    },

    setConnection(sid: string, connection: Connection): void {
      orm.update(participants).set(connection).where(eq(participants.sid, sid)).run();
    },

    openSessions(): SessionRow[] {
      return orm.select().from(sessions).where(isNull(sessions.endedAt)).all();
    },

    /** Stays that are open although their session is over, or is live without them. */
    openStays(): { sid: string; sessionSid: string }[] {
      return orm
        .select({ sid: participants.sid, sessionSid: participants.sessionSid })
        .from(participants)
        .where(isNull(participants.leftAt))
        .all();
    },
  };
}

export type LiveRepo = ReturnType<typeof createLiveRepo>;
