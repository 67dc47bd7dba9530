import { type Static, t } from 'elysia';
import { oneOf, PageQuery, page, Timestamp, textOf } from '../../lib/schema.ts';

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;

const MAX_URL = 2_000;
const MAX_ENTRIES = 100;
const fields = {
  name: textOf(1, 100, { description: 'What it is for: 1 to 100 characters.' }),
  url: t.String({ maxLength: MAX_URL, pattern: '^https?://', examples: ['https://example.org/hook'] }),
  kinds: t.Array(t.String({ pattern: '^[a-z]+\\.[a-z]*$', maxLength: 60, examples: ['room.'] }), {
    maxItems: MAX_ENTRIES,
    description: 'Kinds of events, or prefixes that end with a dot; all when empty.',
  }),
  rooms: t.Array(t.String({ maxLength: 63, examples: ['standup'] }), {
    maxItems: MAX_ENTRIES,
    description: 'Events of these rooms alone; all events when empty.',
  }),
};

export const WebhookEndpoint = t.Object({
  id: t.String(),
  ...fields,
  /** Without it nothing is sent, and nothing new is kept for it. */
  enabled: t.Boolean(),
  /** When it was switched off, since its receiver answered 410: it is gone. */
  goneAt: t.Nullable(Timestamp),
  /** Deliveries that wait, and that were given up. */
  pending: t.Integer(),
  dead: t.Integer(),
  lastDeliveredAt: t.Nullable(Timestamp),
  /** Why what is sent does not arrive, and since when; null while it does. */
  failing: t.Nullable(
    t.Object({
      since: Timestamp,
      code: t.String(),
      message: t.String(),
      fix: t.Optional(t.String()),
    }),
  ),
  createdBy: t.String(),
  createdAt: Timestamp,
});
export type WebhookEndpoint = Static<typeof WebhookEndpoint>;
export const WebhookPage = page(WebhookEndpoint);

export const WebhookCreate = t.Object(
  {
    name: t.Optional(fields.name),
    url: fields.url,
    kinds: t.Optional(fields.kinds),
    rooms: t.Optional(fields.rooms),
  },
  { additionalProperties: false },
);
export type WebhookCreate = Static<typeof WebhookCreate>;
export const WebhookPatch = t.Partial(t.Object({ ...fields, enabled: t.Boolean() }), {
  additionalProperties: false,
  minProperties: 1,
});
export type WebhookPatch = Static<typeof WebhookPatch>;

/** The answers that carry the secret, by which the receiver checks signatures. */
export const WebhookCreated = t.Composite([WebhookEndpoint, t.Object({ secret: t.String() })]);
export type WebhookCreated = Static<typeof WebhookCreated>;

export const WebhookDelivery = t.Object({
  /** The receiver's `webhook-id`, the same for each attempt. */
  id: t.String(),
  webhook: t.String(),
  event: t.Integer(),
  kind: t.String(),
  object: t.String(),
  state: oneOf(DELIVERY_STATES),
  attempts: t.Integer(),
  /** Of the last answer. */
  status: t.Nullable(t.Integer()),
  error: t.Nullable(t.Object({ code: t.String(), message: t.String(), fix: t.Optional(t.String()) })),
  createdAt: Timestamp,
  finishedAt: t.Nullable(Timestamp),
});
export type WebhookDelivery = Static<typeof WebhookDelivery>;
export const DeliveryPage = page(WebhookDelivery);
export const DeliveryQuery = t.Object({
  ...PageQuery.properties,
  cursor: t.Optional(t.String({ pattern: '^\\d{0,15}$', description: 'The id of an event.' })),
  state: t.Optional(oneOf(DELIVERY_STATES)),
});

export const PingResult = t.Object({
  ok: t.Boolean(),
  status: t.Nullable(t.Integer()),
  /** Until the answer, milliseconds. */
  ms: t.Integer(),
  error: t.Nullable(t.Object({ code: t.String(), message: t.String(), fix: t.Optional(t.String()) })),
});
export type PingResult = Static<typeof PingResult>;
export const Redelivered = t.Object({ redelivered: t.Integer() });
