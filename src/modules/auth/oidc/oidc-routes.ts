import { Elysia, t } from 'elysia';
import { requestContext } from '../../../access/request-context.ts';
import { DomainError } from '../../../lib/errors.ts';
import type { PublicUrl } from '../auth.ts';
import { deviceOf } from '../device.ts';
import { LoginAnswer, OidcCallbackQuery } from '../model.ts';
import { readCookies, redirect } from './cookies.ts';
import type { OidcSignIn } from './sign-in.ts';

export interface OidcRoutesDeps {
  /** Undefined where no provider is configured. */
  readonly oidc: OidcSignIn | undefined;
  readonly publicUrl: PublicUrl;
}

const tags = ['auth'];
const security: [] = [];

/** `/api/auth/oidc/…`: signing in at the OpenID provider, by a browser. */
export const oidcRoutes = ({ oidc, publicUrl }: OidcRoutesDeps) => {
  const configured = () => {
    if (oidc) return oidc;
    throw new DomainError('oidc_disabled', 'This server has no OpenID provider.', {
      fix: 'Sign in with email and password; an admin can set auth.oidc.',
    });
  };

  return new Elysia({ name: 'oidc', prefix: '/api/auth/oidc' })
    .use(requestContext)
    .get(
      '/start',
      async ({ request, client }) =>
        redirect(await configured().begin(publicUrl(request, client)), client.secure),
      {
        response: { 302: t.Void() },
        detail: { summary: 'Send a browser to the OpenID provider', tags, security },
      },
    )
    .get(
      '/callback',
      async ({ request, client, query }) => {
        const { flow } = readCookies(request);
        const step = await configured().comeBack(publicUrl(request, client), query, flow);
        return redirect(step, client.secure);
      },
      {
        query: OidcCallbackQuery,
        response: { 302: t.Void() },
        detail: { summary: 'Where the provider sends the browser back to', tags, security },
      },
    )
    .post(
      '/finish',
      ({ request, client }) => configured().finish(readCookies(request).ticket, deviceOf(client, request)),
      {
        response: { 200: LoginAnswer },
        detail: {
          summary: 'What came of a sign-in at the provider: the page asks, with the cookie that it was left',
          tags,
          security,
        },
      },
    );
};
