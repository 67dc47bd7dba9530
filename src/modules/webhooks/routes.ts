import { Elysia, t } from 'elysia';
import { authorize } from '../../access/decide.ts';
import type { Principal } from '../../access/principal.ts';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import {
  DeliveryPage,
  DeliveryQuery,
  PingResult,
  Redelivered,
  WebhookCreate,
  WebhookCreated,
  WebhookEndpoint,
  WebhookPage,
  WebhookPatch,
} from './model.ts';
import type { Webhooks } from './webhooks.ts';

const tags = ['webhooks'];
const id = t.String({ maxLength: 100 });
const params = t.Object({ id });

/** `/api/webhook`: where events are sent to, and what became of them. For admins. */
export const webhookRoutes = ({ webhooks }: { readonly webhooks: Webhooks }) => {
  const managed = (principal: Principal): Webhooks => {
    authorize(principal, 'system.manage');
    return webhooks;
  };

  return new Elysia({ name: 'webhooks', prefix: '/api/webhook' })
    .use(requestContext)
    .get('/', ({ principal, query }) => managed(principal).list(query), {
      query: PageQuery,
      response: { 200: WebhookPage },
      detail: { summary: 'Where events are sent to', tags },
    })
    .post('/', ({ principal, body, status }) => status(201, managed(principal).create(principal, body)), {
      body: WebhookCreate,
      response: { 201: WebhookCreated },
      detail: { summary: 'Send events to a URL; the secret is shown this once', tags },
    })
    .get('/:id', ({ principal, params }) => managed(principal).get(params.id), {
      params,
      response: { 200: WebhookEndpoint },
      detail: { summary: 'One webhook', tags },
    })
    .patch('/:id', ({ principal, params, body }) => managed(principal).change(principal, params.id, body), {
      params,
      body: WebhookPatch,
      response: { 200: WebhookEndpoint },
      detail: { summary: 'Change where and what is sent, or switch it off', tags },
    })
    .delete(
      '/:id',
      ({ principal, params, status }) => {
        managed(principal).delete(principal, params.id);
        return status(204, undefined);
      },
      {
        params,
        response: { 204: t.Void() },
        detail: { summary: 'Send nothing there any more, what waits included', tags },
      },
    )
    .post('/:id/secret', ({ principal, params }) => managed(principal).replaceSecret(principal, params.id), {
      params,
      response: { 200: WebhookCreated },
      detail: { summary: 'Replace the secret; the new one is shown this once', tags },
    })
    .post('/:id/ping', ({ principal, params }) => managed(principal).ping(params.id), {
      params,
      response: { 200: PingResult },
      detail: { summary: 'Send a test message now, and tell how it went', tags },
    })
    .get(
      '/:id/deliveries',
      ({ principal, params, query }) => managed(principal).deliveries(params.id, query),
      {
        params,
        query: DeliveryQuery,
        response: { 200: DeliveryPage },
        detail: { summary: 'What was sent, waits or was given up, newest first', tags },
      },
    )
    .post(
      '/:id/redeliver',
      ({ principal, params }) => ({ redelivered: managed(principal).redeliver(principal, params.id) }),
      {
        params,
        response: { 200: Redelivered },
        detail: { summary: 'Deliver all dead letters again', tags },
      },
    )
    .post(
      '/:id/deliveries/:delivery/redeliver',
      ({ principal, params }) => ({
        redelivered: managed(principal).redeliver(principal, params.id, params.delivery),
      }),
      {
        params: t.Object({ id, delivery: id }),
        response: { 200: Redelivered },
        detail: { summary: 'Deliver one again, whatever became of it', tags },
      },
    );
};
