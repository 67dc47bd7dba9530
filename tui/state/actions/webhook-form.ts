import type { WebhookEndpoint, WebhookPatch } from '../../../src/modules/webhooks/model.ts';
import type { Desk } from '../desk.ts';
import { textField, type Values } from '../dialogs/form.ts';

/** As the server's schema has it; told here before it is sent. */
const KIND = /^[a-z]+\.[a-z]*$/;

/** Asks where and what is to be sent; of one that is there, what it is now is filled in. */
export function askForWebhook(
  desk: Desk,
  before: WebhookEndpoint | undefined,
  submit: (wanted: WebhookPatch & { readonly url: string }) => void,
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
      submit: (values) => submit(webhookFrom(values)),
    },
  });
}

function checkWebhook({ url, kinds }: Values): string | undefined {
  const text = String(url);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    return 'URL: one such as https://example.org/hook';
  const wrong = words(kinds).find((kind) => !KIND.test(kind));
  return wrong === undefined ? undefined : `events: ${wrong} is no kind, nor a prefix such as room.`;
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
