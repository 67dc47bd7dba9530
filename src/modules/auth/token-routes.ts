import { Elysia, t } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import type { ApiTokens } from './api-tokens.ts';
import { ApiTokenCreate, ApiTokenCreated, ApiTokenPage, IdParams } from './model.ts';

const tags = ['tokens'];

export interface TokenRoutesDeps {
  readonly apiTokens: ApiTokens;
}

/** `/api/token`: API tokens, for admins. */
export const tokenRoutes = ({ apiTokens }: TokenRoutesDeps) =>
  new Elysia({ name: 'tokens', prefix: '/api/token' })
    .use(requestContext)
    .get(
      '/',
      ({ principal, query }) => {
        authorize(principal, 'tokens.manage');
        return apiTokens.list(query);
      },
      { query: PageQuery, response: { 200: ApiTokenPage }, detail: { summary: 'API tokens', tags } },
    )
    .post(
      '/',
      ({ principal, body, status }) => {
        authorize(principal, 'tokens.manage');
        return status(201, apiTokens.create(principal, body));
      },
      {
        body: ApiTokenCreate,
        response: { 201: ApiTokenCreated },
        detail: { summary: 'Make an API token; its secret is shown this once', tags },
      },
    )
    .delete(
      '/:id',
      ({ principal, params, status }) => {
        authorize(principal, 'tokens.manage');
        apiTokens.revoke(principal, params.id);
        return status(204, undefined);
      },
      { params: IdParams, response: { 204: t.Void() }, detail: { summary: 'Revoke an API token', tags } },
    );
