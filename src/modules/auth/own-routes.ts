import { Elysia, t } from 'elysia';
import { refuseRejected } from '../../access/decide.ts';
import type { Principal } from '../../access/principal.ts';
import { requestContext } from '../../access/request-context.ts';
import { DomainError } from '../../lib/errors.ts';
import { PageQuery } from '../../lib/schema.ts';
import type { Logins } from './logins.ts';
import { IdParams, LoginPage, PasswordChange } from './model.ts';
import type { Users } from './users.ts';

export interface OwnRoutesDeps {
  readonly users: Users;
  readonly logins: Logins;
}

const tags = ['auth'];

/** `/api/auth/…` for who is signed in: one's password, and the devices that are signed in as oneself. */
export const ownRoutes = ({ users, logins }: OwnRoutesDeps) =>
  new Elysia({ name: 'own-account', prefix: '/api/auth' })
    .use(requestContext)
    .post(
      '/logout',
      ({ principal, status }) => {
        const self = signedIn(principal);
        logins.end(self.loginId, 'logout', self);
        return status(204, undefined);
      },
      { response: { 204: t.Void() }, detail: { summary: 'End this login', tags } },
    )
    .post(
      '/password',
      async ({ principal, body, status }) => {
        await users.changeOwnPassword(signedIn(principal), body);
        return status(204, undefined);
      },
      {
        body: PasswordChange,
        response: { 204: t.Void() },
        detail: { summary: 'Set a new password of your own; your other logins end at once', tags },
      },
    )
    .get(
      '/logins',
      ({ principal, query }) => {
        const self = signedIn(principal);
        return logins.list(self.userId, query, self.loginId);
      },
      {
        query: PageQuery,
        response: { 200: LoginPage },
        detail: { summary: 'The devices that are signed in as you', tags },
      },
    )
    .delete(
      '/logins/:id',
      ({ principal, params, status }) => {
        const self = signedIn(principal);
        logins.revoke(self.userId, params.id, self);
        return status(204, undefined);
      },
      {
        params: IdParams,
        response: { 204: t.Void() },
        detail: { summary: 'End one of your logins; its tokens end at once', tags },
      },
    );

/** Who has an account and is signed in to it. Throws `unauthenticated`. */
function signedIn(principal: Principal): Principal & { kind: 'user' } {
  if (principal.kind === 'user') return principal;
  refuseRejected(principal);
  throw notSignedIn();
}

export const notSignedIn = () =>
  new DomainError('unauthenticated', 'This needs a login.', { fix: 'Log in with POST /api/auth/login.' });
