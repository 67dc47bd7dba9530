import { Elysia, t } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import { IdParams, User, UserChange, UserCreate, UserPage, UserQuery } from './model.ts';
import type { Users } from './users.ts';

const tags = ['users'];

export interface UserRoutesDeps {
  readonly users: Users;
}

/** `/api/user`: accounts, for admins. */
export const userRoutes = ({ users }: UserRoutesDeps) =>
  new Elysia({ name: 'users', prefix: '/api/user' })
    .use(requestContext)
    .get(
      '/',
      ({ principal, query }) => {
        authorize(principal, 'users.manage');
        return users.list(query);
      },
      { query: UserQuery, response: { 200: UserPage }, detail: { summary: 'Accounts, oldest first', tags } },
    )
    .post(
      '/',
      async ({ principal, body, status }) => {
        authorize(principal, 'users.manage');
        return status(201, await users.create(principal, body));
      },
      { body: UserCreate, response: { 201: User }, detail: { summary: 'Make an account', tags } },
    )
    .get(
      '/:id',
      ({ principal, params }) => {
        authorize(principal, 'users.manage');
        return users.get(params.id);
      },
      { params: IdParams, response: { 200: User }, detail: { summary: 'One account', tags } },
    )
    .patch(
      '/:id',
      ({ principal, params, body }) => {
        authorize(principal, 'users.manage');
        return users.change(principal, params.id, body);
      },
      {
        params: IdParams,
        body: UserChange,
        response: { 200: User },
        detail: { summary: 'Change an account; disabling it ends its logins and tokens at once', tags },
      },
    )
    .delete(
      '/:id',
      ({ principal, params, status }) => {
        authorize(principal, 'users.manage');
        users.remove(principal, params.id);
        return status(204, undefined);
      },
      { params: IdParams, response: { 204: t.Void() }, detail: { summary: 'Remove an account', tags } },
    );
