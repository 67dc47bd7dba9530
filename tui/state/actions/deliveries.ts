import type { WebhookDelivery } from '../../../src/modules/webhooks/model.ts';
import { clean } from '../../text/clean.ts';
import { dayAndTime } from '../../text/time.ts';
import type { Actions, Desk } from '../desk.ts';
import { type PagerLine, pager } from '../dialogs/pager.ts';

const DELIVERIES = {
  nameOf: ({ kind, object }: WebhookDelivery) => clean(`${kind} ${object}`),
  unit: 'deliveries',
};

export const deliveries: Actions<'redeliver'> = {
  redeliver(desk) {
    const items = desk.context().deliveries.filter(({ state }) => state !== 'pending');
    desk.batch<WebhookDelivery>({
      ...DELIVERIES,
      doing: 'delivering again:',
      // In the order in which it happened: so it goes out for each object.
      items: items.toSorted((a, b) => a.event - b.event),
      work: async ({ webhook, id }) => {
        await desk.api.redeliver(webhook, id);
        desk.background.webhooks.refresh();
      },
      said: (what, done) => `${what} ${done.length === 1 ? 'goes' : 'go'} out again`,
    });
  },
};

/** Everything of one delivery. */
export function showDelivery(desk: Desk, delivery: WebhookDelivery): void {
  desk.set({ dialog: pager(DELIVERIES.nameOf(delivery), [...deliveryLines(delivery)]) });
}

function* deliveryLines(delivery: WebhookDelivery): Generator<PagerLine> {
  const { error, status, finishedAt } = delivery;
  yield { text: `webhook-id  ${delivery.id}` };
  yield { text: `event       ${delivery.event}` };
  yield { text: `state       ${delivery.state}` };
  yield { text: `tries       ${delivery.attempts}` };
  yield { text: `status      ${status ?? 'no answer'}` };
  yield { text: `made        ${dayAndTime(delivery.createdAt)}` };
  if (finishedAt !== null) yield { text: `ended       ${dayAndTime(finishedAt)}` };
  if (error === null) return;
  yield { text: '' };
  yield { lead: '', text: clean(error.message), tone: 'strong' };
  if (error.fix) yield { lead: '', text: clean(`fix: ${error.fix}`) };
  yield { text: error.code, tone: 'quiet' };
}
