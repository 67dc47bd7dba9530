import type { Command } from 'commander';
import { DomainError } from '../lib/errors.ts';
import type { Page } from '../lib/schema.ts';
import {
  DELIVERY_STATES,
  type PingResult,
  type WebhookCreate,
  type WebhookCreated,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookPatch,
} from '../modules/webhooks/model.ts';
import { allPages } from './lib/all-pages.ts';
import { addClientOptions, type ClientOptions, clientFor } from './lib/client-options.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';

interface FieldOptions extends ClientOptions {
  readonly name?: string;
  readonly to?: string;
  readonly kind?: string;
  readonly room?: string;
}

interface ListOptions extends ClientOptions {
  readonly state?: string;
}

/** `didar webhook`: list, create, change, on, off, secret, ping, deliveries, redeliver, delete. */
export function addWebhook(program: Command): void {
  const webhook = program
    .command('webhook')
    .description('Where events are sent to, through the running daemon; for admins.');
  addManagement(webhook);
  addDeliveries(webhook);
}

function addManagement(webhook: Command): void {
  addClientOptions(webhook.command('list'))
    .description('Lists webhooks, with what waits and what was given up.')
    .action(async (options: ClientOptions) => {
      const client = await clientFor(options);
      const { items } = await client.request<Page<WebhookEndpoint>>('GET', '/api/webhook');
      if (options.json) return printJson(items);
      printTable(
        [
          { title: 'webhook', value: ({ id }) => id },
          { title: 'name', value: ({ name }) => name },
          { title: 'url', value: ({ url }) => url },
          { title: 'events', value: ({ kinds }) => kinds.join(',') || 'all' },
          { title: 'rooms', value: ({ rooms }) => rooms.join(',') || 'all' },
          { title: 'state', value: stateOf },
          { title: 'waiting', value: ({ pending }) => pending, align: 'right' },
          { title: 'dead', value: ({ dead }) => dead, align: 'right' },
        ],
        items,
        'No webhooks: didar webhook create --to https://example.org/hook',
      );
    });

  addFields(webhook.command('create'))
    .description('Sends events to a URL, and prints the secret that signs them, which is not shown again.')
    .action(async (options: FieldOptions) => {
      const { url, ...fields } = fieldsOf(options);
      if (url === undefined)
        throw new DomainError('usage', '--to is missing.', { fix: 'Give the URL with --to.' });
      const body: WebhookCreate = { url, ...fields };
      printSecret(await (await clientFor(options)).request('POST', '/api/webhook', body), options);
    });

  addFields(webhook.command('change').argument('<webhook>'))
    .description('Changes where and what is sent; --kind "" and --room "" mean all again.')
    .action((id: string, options: FieldOptions) => change(id, fieldsOf(options), options));

  for (const [command, enabled, description] of [
    ['on', true, 'Sends again, what still waits first.'],
    ['off', false, 'Sends nothing for now, and keeps nothing new for later.'],
  ] as const) {
    addClientOptions(webhook.command(command).argument('<webhook>'))
      .description(description)
      .action((id: string, options: ClientOptions) => change(id, { enabled }, options));
  }

  addClientOptions(webhook.command('secret').argument('<webhook>'))
    .description('Replaces the secret and prints the new one, which is not shown again.')
    .action(async (id: string, options: ClientOptions) => {
      const client = await clientFor(options);
      printSecret(await client.request('POST', `${pathOf(id)}/secret`), options);
    });

  addClientOptions(webhook.command('delete').argument('<webhook>'))
    .description('Sends nothing there any more; what waits is given up.')
    .action(async (id: string, options: ClientOptions) => {
      await (await clientFor(options)).request('DELETE', pathOf(id));
      if (options.json) printJson({ deleted: id });
      else print(`deleted ${id}`);
    });
}

function addDeliveries(webhook: Command): void {
  addClientOptions(webhook.command('ping').argument('<webhook>'))
    .description('Sends a test message now, and tells how it went.')
    .action(async (id: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const result = await client.request<PingResult>('POST', `${pathOf(id)}/ping`);
      if (options.json) printJson(result);
      if (result.error) {
        const { code, message, fix } = result.error;
        throw new DomainError(code, message, fix === undefined ? {} : { fix });
      }
      if (!options.json) print(`taken in with status ${result.status}, after ${result.ms} ms`);
    });

  addClientOptions(webhook.command('deliveries').argument('<webhook>'))
    .description('Lists what was sent, waits or was given up, newest first.')
    .option('--state <state>', `only these: ${DELIVERY_STATES.join(', ')}`)
    .action(async (id: string, options: ListOptions) => {
      const deliveries = await listDeliveries(id, options);
      if (options.json) return printJson(deliveries);
      printTable(
        [
          { title: 'delivery', value: (d) => d.id },
          { title: 'event', value: (d) => d.kind },
          { title: 'about', value: (d) => d.object },
          { title: 'state', value: (d) => d.state },
          { title: 'tries', value: (d) => d.attempts, align: 'right' },
          { title: 'made', value: (d) => d.createdAt },
          { title: 'error', value: (d) => d.error?.message },
        ],
        deliveries,
        'Nothing was sent there yet.',
      );
    });

  addClientOptions(webhook.command('redeliver').argument('<webhook>').argument('[delivery]'))
    .description('Delivers one again, or all that were given up.')
    .action(async (id: string, delivery: string | undefined, options: ClientOptions) => {
      const which = delivery === undefined ? '' : `/deliveries/${encodeURIComponent(delivery)}`;
      const client = await clientFor(options);
      const result = await client.request<{ redelivered: number }>('POST', `${pathOf(id)}${which}/redeliver`);
      if (options.json) printJson(result);
      else
        print(
          result.redelivered === 1
            ? '1 delivery goes out again'
            : `${result.redelivered} deliveries go out again`,
        );
    });
}

function addFields(command: Command): Command {
  return addClientOptions(command)
    .option('--to <url>', 'where to send')
    .option('--name <name>', 'what it is for')
    .option(
      '--kind <kinds>',
      'kinds of events or their prefixes, by comma: room.,recording.changed; all otherwise',
    )
    .option('--room <rooms>', 'events of these rooms alone, by comma');
}

function fieldsOf({ name, to, kind, room }: FieldOptions) {
  const list = (text: string) => text.split(',').flatMap((part) => part.trim() || []);
  return {
    ...(name !== undefined && { name }),
    ...(to !== undefined && { url: to }),
    ...(kind !== undefined && { kinds: list(kind) }),
    ...(room !== undefined && { rooms: list(room) }),
  };
}

async function change(id: string, patch: WebhookPatch, options: ClientOptions): Promise<void> {
  const client = await clientFor(options);
  const changed = await client.request<WebhookEndpoint>('PATCH', pathOf(id), patch);
  if (options.json) printJson(changed);
  else print(`${changed.id} sends to ${changed.url}: ${changed.enabled ? 'on' : 'off'}`);
}

function stateOf({ enabled, goneAt, failing }: WebhookEndpoint): string {
  if (goneAt !== null) return `gone since ${goneAt}, so off`;
  if (!enabled) return 'off';
  return failing === null ? 'on' : `failing since ${failing.since}: ${failing.code}`;
}

function printSecret(made: WebhookCreated, options: ClientOptions): void {
  if (options.json) {
    printJson(made);
    return;
  }
  printNote(`${made.id}, to ${made.url}; keep the secret now, the receiver checks signatures by it:`);
  print(made.secret);
}

async function listDeliveries(id: string, options: ListOptions): Promise<WebhookDelivery[]> {
  const { state } = options;
  if (state !== undefined && !(DELIVERY_STATES as readonly string[]).includes(state)) {
    throw new DomainError('usage', `--state ${state}: there is no such state.`, {
      fix: `Give one of ${DELIVERY_STATES.join(', ')}.`,
    });
  }
  const filter = new URLSearchParams({ limit: '500', ...(state && { state }) });
  const client = await clientFor(options);
  return allPages((cursor) =>
    client.request<Page<WebhookDelivery>>('GET', `${pathOf(id)}/deliveries?${filter}&${cursor}`),
  );
}

function pathOf(id: string): string {
  return `/api/webhook/${encodeURIComponent(id)}`;
}
