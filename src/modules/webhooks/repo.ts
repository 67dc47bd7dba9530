import { and, asc, count, desc, eq, gt, inArray, isNotNull, lt, ne, sql } from 'drizzle-orm';
import type { Database } from '../../db/open.ts';
import { webhookDeliveries as deliveries, webhooks } from '../../db/schema.ts';

export type WebhookRow = typeof webhooks.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;
export type DeliveryState = DeliveryRow['state'];

export function createWebhookRepo({ orm }: Pick<Database, 'orm'>) {
  const ofState = (webhookId: string, state: DeliveryState) =>
    and(eq(deliveries.webhookId, webhookId), eq(deliveries.state, state));

  return {
    insert(row: WebhookRow): void {
      orm.insert(webhooks).values(row).run();
    },
    all(): WebhookRow[] {
      return orm.select().from(webhooks).orderBy(asc(webhooks.id)).all();
    },
    get(id: string): WebhookRow | undefined {
      return orm.select().from(webhooks).where(eq(webhooks.id, id)).get();
    },
    update(id: string, change: Partial<WebhookRow>): WebhookRow | undefined {
      return orm.update(webhooks).set(change).where(eq(webhooks.id, id)).returning().get();
    },
    delete(id: string): void {
      orm.delete(webhooks).where(eq(webhooks.id, id)).run();
    },

    addDelivery(row: DeliveryRow): void {
      orm.insert(deliveries).values(row).run();
    },
    delivery(webhookId: string, id: string): DeliveryRow | undefined {
      return orm
        .select()
        .from(deliveries)
        .where(and(eq(deliveries.id, id), eq(deliveries.webhookId, webhookId)))
        .get();
    },
    /** The one about this object that has to go out before all others. */
    next(webhookId: string, object: string): DeliveryRow | undefined {
      return orm
        .select()
        .from(deliveries)
        .where(and(ofState(webhookId, 'pending'), eq(deliveries.object, object)))
        .orderBy(asc(deliveries.eventId))
        .limit(1)
        .get();
    },
    setDelivery(id: string, change: Partial<DeliveryRow>): void {
      orm.update(deliveries).set(change).where(eq(deliveries.id, id)).run();
    },
    count(webhookId: string, state: DeliveryState): number {
      return orm.select({ n: count() }).from(deliveries).where(ofState(webhookId, state)).get()?.n ?? 0;
    },
    lastDelivered(webhookId: string): DeliveryRow | undefined {
      return orm
        .select()
        .from(deliveries)
        .where(ofState(webhookId, 'delivered'))
        .orderBy(desc(deliveries.finishedAt))
        .limit(1)
        .get();
    },
    /** The first of those that wait because an attempt failed. */
    firstFailing(webhookId: string): DeliveryRow | undefined {
      return orm
        .select()
        .from(deliveries)
        .where(and(ofState(webhookId, 'pending'), isNotNull(deliveries.error)))
        .orderBy(asc(deliveries.eventId))
        .limit(1)
        .get();
    },
    /** The newest of those that were given up after a moment. */
    lastDead(webhookId: string, after: number): DeliveryRow | undefined {
      return orm
        .select()
        .from(deliveries)
        .where(and(ofState(webhookId, 'dead'), gt(deliveries.finishedAt, after)))
        .orderBy(desc(deliveries.finishedAt))
        .limit(1)
        .get();
    },
    /** What deliveries that wait are about, those that have waited longest first. */
    waitingObjects(webhookId: string, limit: number): string[] {
      return orm
        .select({ object: deliveries.object })
        .from(deliveries)
        .where(ofState(webhookId, 'pending'))
        .groupBy(deliveries.object)
        .orderBy(sql`min(${deliveries.eventId})`)
        .limit(limit)
        .all()
        .map(({ object }) => object);
    },
    /** Newest first; `before` is the event to go on from. */
    list(webhookId: string, state: DeliveryState | undefined, before: number | undefined, limit: number) {
      const wanted = and(
        eq(deliveries.webhookId, webhookId),
        state === undefined ? undefined : eq(deliveries.state, state),
        before === undefined ? undefined : lt(deliveries.eventId, before),
      );
      return orm.select().from(deliveries).where(wanted).orderBy(desc(deliveries.eventId)).limit(limit).all();
    },
    /** Puts dead deliveries back into the queue, all of a webhook or one; tells what they are about. */
    revive(webhookId: string, ids: readonly string[] | undefined, expiresAt: number): string[] {
      const dead = ids
        ? and(eq(deliveries.webhookId, webhookId), inArray(deliveries.id, [...ids]))
        : ofState(webhookId, 'dead');
      return orm
        .update(deliveries)
        .set({ state: 'pending', attempts: 0, error: null, finishedAt: null, expiresAt })
        .where(and(dead, ne(deliveries.state, 'pending')))
        .returning({ object: deliveries.object })
        .all()
        .map(({ object }) => object);
    },
    /** Forgets what ended in a state before a moment, and all but the newest `keep` of them. */
    prune(state: Exclude<DeliveryState, 'pending'>, before: number, keep: number): void {
      const ended = eq(deliveries.state, state);
      orm
        .delete(deliveries)
        .where(and(ended, lt(deliveries.finishedAt, before)))
        .run();
      const kept = orm
        .select({ id: deliveries.id })
        .from(deliveries)
        .where(ended)
        .orderBy(desc(deliveries.finishedAt))
        .limit(keep);
      orm
        .delete(deliveries)
        .where(and(ended, sql`${deliveries.id} not in ${kept}`))
        .run();
    },
  };
}

export type WebhookRepo = ReturnType<typeof createWebhookRepo>;
