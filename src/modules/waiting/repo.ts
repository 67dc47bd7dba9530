import { eq, lt } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { admissions } from '../../db/schema.ts';

export type AdmissionRow = typeof admissions.$inferSelect;

export function createAdmissionRepo({ orm }: Pick<Database, 'orm'>) {
  return {
    all: (): AdmissionRow[] => orm.select().from(admissions).all(),

    save(row: AdmissionRow): void {
      const { decision, name, decidedBy, decidedAt } = row;
      orm
        .insert(admissions)
        .values(row)
        .onConflictDoUpdate({
          target: [admissions.roomId, admissions.identity],
          set: { decision, name, decidedBy, decidedAt },
        })
        .run();
    },

    deleteOf(roomId: string): void {
      orm.delete(admissions).where(eq(admissions.roomId, roomId)).run();
    },

    deleteBefore(time: number): void {
      orm.delete(admissions).where(lt(admissions.decidedAt, time)).run();
    },
  };
}

export type AdmissionRepo = ReturnType<typeof createAdmissionRepo>;
