import { Elysia, t } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import type { Logins } from './logins.ts';
import { IdParams, LoginPage, UserLoginParams } from './model.ts';
import type { Users } from './users.ts';

export interface UserLoginRoutesDeps {
  readonly users: Pick<Users, 'get'>;
  readonly logins: Logins;
}

const tags = ['users'];

/** `/api/user/:id/logins`: where somebody is signed in, for admins. */
export const userLoginRoutes = ({ users, logins }: UserLoginRoutesDeps) =>
  new Elysia({ name: 'user-logins', prefix: '/api/user/:id/logins' })
    .use(requestContext)
    .get(
      '/',
      ({ principal, params, query }) => {
        authorize(principal, 'users.manage');
        const current = principal.kind === 'user' ? principal.loginId : undefined;
        return logins.list(users.get(params.id).id, query, current);
      },
      {
        params: IdParams,
        query: PageQuery,
        response: { 200: LoginPage },
        detail: { summary: 'The devices that are signed in as this user', tags },
      },
    )
    .delete(
      '/',
      ({ principal, params, status }) => {
        authorize(principal, 'users.manage');
        logins.endAllOf(users.get(params.id).id, 'revoked', principal);
        return status(204, undefined);
      },
      {
        params: IdParams,
        response: { 204: t.Void() },
        detail: { summary: 'End every login of this user at once', tags },
      },
    )
    .delete(
      '/:login',
      ({ principal, params, status }) => {
        authorize(principal, 'users.manage');
        logins.revoke(users.get(params.id).id, params.login, principal);
        return status(204, undefined);
      },
      {
        params: UserLoginParams,
        response: { 204: t.Void() },
        detail: { summary: 'End one login of this user at once', tags },
      },
    );
