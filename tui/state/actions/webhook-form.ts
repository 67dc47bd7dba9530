import type { WebhookEndpoint, WebhookPatch } from '../../../src/modules/webhooks/model.ts';
import { clean } from '../../text/clean.ts';
import type { Desk } from '../desk.ts';
import { type Fault, textField, type Values } from '../dialogs/form.ts';
import { showAgain } from './show-again.ts';

/** As the server's schema has it; told here before it is sent. */
const KIND = /^[a-z]+\.[a-z]*$/;

/** Asks where and what is to be sent; of one that is there, what it is now is filled in. */
export function askForWebhook(
  desk: Desk,
  before: WebhookEndpoint | undefined,
  submit: (wanted: WebhookPatch & { readonly url: string }, failed: (error: unknown) => void) => void,
): void {
  const { name = '', url = '', kinds = [], rooms = [] } = before ?? {};
  desk.set({
    dialog: {
      kind: 'form',
      title: before ? `Webhook ${before.name}` : 'New webhook',
      fields: [
        textField('url', 'URL', 'https://example.org/hook', url),
        textField('name', 'name', 'what it is for; made of the URL when empty', name),
        textField('kinds', 'events', 'room. recording.changed; all when empty', kinds.join(' ')),
        textField('rooms', 'rooms', 'their names; all when empty', rooms.join(' ')),
      ],
      submitLabel: before ? 'Save' : 'Make webhook',
      cursor: 0,
      check: checkWebhook,
      submit: (values, form) => submit(webhookFrom(values), showAgain(desk, form)),
    },
  });
}

function checkWebhook({ url, kinds }: Values): Fault | undefined {
  const text = String(url);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    return { field: 'url', text: 'one such as https://example.org/hook' };
  const wrong = words(kinds).find((kind) => !KIND.test(kind));
  if (wrong === undefined) return undefined;
  return { field: 'kinds', text: `${clean(wrong)} is no kind of event, nor a prefix such as room.` };
}

function webhookFrom({ url, name, kinds, rooms }: Values) {
  return {
    url: String(url),
    ...(name ? { name: String(name) } : {}),
    kinds: words(kinds),
    rooms: words(rooms),
  };
}

/** Parted by spaces or commas. */
function words(value: Values[string] | undefined): string[] {
  return String(value)
    .split(/[\s,]+/)
    .filter(Boolean);
}
