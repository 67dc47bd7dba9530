import { Elysia } from 'elysia';
import { authorize } from '../../../access/decide.ts';
import { requestContext } from '../../../access/request-context.ts';
import type { PublicUrl } from '../auth.ts';
import { deviceOf } from '../device.ts';
import { IdParams, LoginAnswer, ResetCreated, ResetRequest } from '../model.ts';
import type { Resets } from './resets.ts';

export interface ResetRoutesDeps {
  readonly resets: Resets;
  readonly publicUrl: PublicUrl;
}

/** A new password without the old one: an admin makes the link, who has it uses it. */
export const resetRoutes = ({ resets, publicUrl }: ResetRoutesDeps) =>
  new Elysia({ name: 'resets' })
    .use(requestContext)
    .post(
      '/api/user/:id/reset',
      ({ principal, params, request, client, status }) => {
        authorize(principal, 'users.manage');
        return status(201, resets.create(principal, params.id, publicUrl(request, client)));
      },
      {
        params: IdParams,
        response: { 201: ResetCreated },
        detail: { summary: 'Make a link that sets a new password; it is shown this once', tags: ['users'] },
      },
    )
    .post('/api/auth/reset', ({ body, client, request }) => resets.use(body, deviceOf(client, request)), {
      body: ResetRequest,
      response: { 200: LoginAnswer },
      detail: {
        summary: 'Set a new password with the token of a link, and sign in; earlier logins end',
        tags: ['auth'],
        security: [],
      },
    });
