import type { WebhookEndpoint } from '../../../src/modules/webhooks/model.ts';
import { clean } from '../../text/clean.ts';
import { count } from '../../text/time.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import { pager } from '../dialogs/pager.ts';
import { askForWebhook } from './webhook-form.ts';

type WebhookAction =
  | 'newWebhook'
  | 'editWebhook'
  | 'pingWebhook'
  | 'switchWebhook'
  | 'redeliverDead'
  | 'redeliverAll'
  | 'newSecret'
  | 'deleteWebhook';

export const webhooks: Actions<WebhookAction> = {
  newWebhook: (desk) =>
    askForWebhook(desk, undefined, (wanted, failed) => {
      const work = async () => {
        const { secret, ...made } = await desk.api.createWebhook(wanted);
        show(desk, made);
        desk.lists.webhooks.select(made.id);
        showSecret(desk, made, secret);
        return `events go to ${nameOf(made)}; p sends it a test message`;
      };
      desk.attempt('making the webhook', work, undefined, failed);
    }),
  editWebhook: onWebhook((desk, webhook) =>
    askForWebhook(desk, webhook, (wanted, failed) => {
      const { name, url, kinds, rooms } = webhook;
      desk.attempt(
        `changing ${nameOf(webhook)}`,
        async () => {
          show(desk, await desk.api.changeWebhook(webhook.id, wanted));
          return `${nameOf(webhook)} is changed`;
        },
        {
          what: `the change of ${nameOf(webhook)}`,
          run: async () => {
            show(desk, await desk.api.changeWebhook(webhook.id, { name, url, kinds, rooms }));
            return `${nameOf(webhook)} is as before`;
          },
        },
        failed,
      );
    }),
  ),
  pingWebhook: onWebhook((desk, { id, ...webhook }) =>
    desk.attempt(`sending a test message to ${nameOf(webhook)}`, async () => {
      const { ok, status, ms, error } = await desk.api.pingWebhook(id);
      if (ok) return `${nameOf(webhook)} took it in with status ${status}, after ${ms} ms`;
      const lines = [error?.message ?? '', error?.fix ? `fix: ${error.fix}` : ''].filter(Boolean);
      const shown = lines.map((text) => ({ lead: '', text: clean(text) }));
      if (desk.ui.dialog === undefined)
        desk.set({
          dialog: pager(`${nameOf(webhook)} did not take it in`, shown),
        });
      return { text: clean(error?.message ?? `status ${status}`), isPartial: true };
    }),
  ),
  switchWebhook: onWebhook((desk, webhook) => {
    const name = nameOf(webhook);
    const set = async (enabled: boolean) => {
      show(desk, await desk.api.changeWebhook(webhook.id, { enabled }));
      return enabled ? `${name} is on: what waited goes out` : `${name} is off: nothing new is kept for it`;
    };
    desk.attempt(`switching ${name} ${webhook.enabled ? 'off' : 'on'}`, () => set(!webhook.enabled), {
      what: `the switching of ${name}`,
      run: () => set(webhook.enabled),
    });
  }),
  redeliverDead: onWebhook(redeliverDead),
  redeliverAll: onWebhook(redeliverDead),
  newSecret: onWebhook((desk, webhook) => {
    const run = () =>
      desk.attempt(`replacing the secret of ${nameOf(webhook)}`, async () => {
        const { secret } = await desk.api.replaceSecret(webhook.id);
        showSecret(desk, webhook, secret);
        return `${nameOf(webhook)} has a new secret`;
      });
    const lines = ['The old one signs nothing any more: the receiver needs the new one at once.'];
    desk.set({ dialog: confirm(`Replace the secret of ${nameOf(webhook)}?`, lines, 'Replace it', run) });
  }),
  deleteWebhook: onWebhook((desk, webhook) => {
    const { id, url, pending } = webhook;
    const run = () =>
      desk.attempt(`deleting ${nameOf(webhook)}`, async () => {
        await desk.api.deleteWebhook(id);
        desk.background.webhooks.remove(id);
        if (desk.ui.view === 'webhook' && desk.ui.webhook === id) desk.go('webhooks');
        return `nothing is sent to ${nameOf(webhook)} any more`;
      });
    const lines = [
      clean(url),
      pending === 0
        ? 'Nothing waits for it.'
        : `${count(pending, 'delivery', 'deliveries')} that wait are lost.`,
    ];
    desk.set({ dialog: confirm(`Delete webhook ${nameOf(webhook)}?`, lines, 'Delete', run) });
  }),
};

/** The webhook is taken when the key is pressed: whichever is selected later has nothing to do with it. */
function onWebhook(run: (desk: Desk, webhook: WebhookEndpoint) => void) {
  return (desk: Desk) => {
    const { webhook } = desk.context();
    if (webhook) run(desk, webhook);
  };
}

function redeliverDead(desk: Desk, { id, ...webhook }: WebhookEndpoint): void {
  desk.attempt(`delivering again to ${nameOf(webhook)}`, async () => {
    const redelivered = await desk.api.redeliver(id);
    desk.background.webhooks.refresh();
    return `${count(redelivered, 'delivery goes', 'deliveries go')} out again to ${nameOf(webhook)}`;
  });
}

function show(desk: Desk, webhook: WebhookEndpoint): void {
  desk.background.webhooks.put(webhook);
}

function showSecret(desk: Desk, webhook: WebhookEndpoint, secret: string): void {
  desk.host.copy(secret);
  desk.set({
    dialog: pager(`Secret of ${nameOf(webhook)}`, [
      { text: secret, tone: 'strong' },
      { text: '' },
      {
        text: 'It is not shown again. Copied, if your terminal allows it; else select it here.',
        tone: 'quiet',
      },
      { text: 'The receiver checks by it that a message is from here (Standard Webhooks).', tone: 'quiet' },
    ]),
  });
}

const nameOf = ({ name }: Pick<WebhookEndpoint, 'name'>): string => clean(name);
