import { Elysia } from 'elysia';
import { refuseRejected } from '../../access/decide.ts';
import type { Principal } from '../../access/principal.ts';
import { requestContext } from '../../access/request-context.ts';
import { deviceOf } from './device.ts';
import type { Logins } from './logins.ts';
import {
  LoginAnswer,
  LoginRequest,
  Me,
  RefreshRequest,
  RegisterRequest,
  SetupStatus,
  SignInOptions,
} from './model.ts';
import { notSignedIn } from './own-routes.ts';
import type { Register } from './registration.ts';
import type { SetupCode } from './setup-code.ts';
import type { Users } from './users.ts';

export interface AuthRoutesDeps {
  readonly users: Users;
  readonly logins: Logins;
  readonly register: Register;
  readonly setupCode: SetupCode;
  readonly options: SignInOptions;
}

const tags = ['auth'];
/** For the contract: these are asked without a token. */
const security: [] = [];

/** `/api/auth/…`: signing in, and who one is. */
export const authRoutes = ({ users, logins, register, setupCode, options }: AuthRoutesDeps) => {
  const me = (principal: Principal): Me => {
    switch (principal.kind) {
      case 'local':
        return { kind: 'local', user: null, scopes: [] };
      case 'token':
        return { kind: 'token', user: null, scopes: [...principal.scopes] };
      case 'user':
        return { kind: 'user', user: users.get(principal.userId), scopes: [] };
      case 'anyone':
        refuseRejected(principal);
        throw notSignedIn();
    }
  };

  return new Elysia({ name: 'auth', prefix: '/api/auth' })
    .use(requestContext)
    .post('/login', ({ body, client, request }) => logins.login(body, deviceOf(client, request)), {
      body: LoginRequest,
      response: { 200: LoginAnswer },
      detail: { summary: 'Sign in with email and password', tags, security },
    })
    .post('/refresh', ({ body }) => logins.refresh(body.refreshToken), {
      body: RefreshRequest,
      response: { 200: LoginAnswer },
      detail: { summary: 'A new access token, and the refresh token that replaces this one', tags, security },
    })
    .post(
      '/register',
      async ({ principal, body, client, request, status }) =>
        status(201, await register(principal, body, deviceOf(client, request))),
      {
        body: RegisterRequest,
        response: { 201: LoginAnswer },
        detail: {
          summary:
            'Make an account: the first admin with the setup code, others by invitation or where it is open',
          tags,
          security,
        },
      },
    )
    .get('/options', () => options, {
      response: { 200: SignInOptions },
      detail: { summary: 'How people may sign in, and make an account', tags, security },
    })
    .get('/me', ({ principal }) => me(principal), {
      response: { 200: Me },
      detail: { summary: 'Who this request comes from', tags },
    })
    .get(
      '/setup',
      ({ principal }) => {
        const needed = !users.hasAdmin();
        return { needed, code: needed && principal.kind === 'local' ? (setupCode.current() ?? null) : null };
      },
      {
        response: { 200: SetupStatus },
        detail: { summary: 'Whether the first admin is still missing', tags, security },
      },
    );
};
