import { Elysia } from 'elysia';
import { type AuthRoutesDeps, authRoutes } from './auth-routes.ts';
import { type InvitationRoutesDeps, invitationRoutes } from './links/invitation-routes.ts';
import { type ResetRoutesDeps, resetRoutes } from './links/reset-routes.ts';
import { type OidcRoutesDeps, oidcRoutes } from './oidc/oidc-routes.ts';
import { type OwnRoutesDeps, ownRoutes } from './own-routes.ts';
import { type TokenRoutesDeps, tokenRoutes } from './token-routes.ts';
import { type UserLoginRoutesDeps, userLoginRoutes } from './user-login-routes.ts';
import { type UserRoutesDeps, userRoutes } from './user-routes.ts';

export type AccountRoutesDeps = AuthRoutesDeps &
  OwnRoutesDeps &
  UserRoutesDeps &
  UserLoginRoutesDeps &
  InvitationRoutesDeps &
  ResetRoutesDeps &
  OidcRoutesDeps &
  TokenRoutesDeps;

/** Everything about accounts. */
export const accountRoutes = (deps: AccountRoutesDeps) =>
  new Elysia({ name: 'accounts' })
    .use(authRoutes(deps))
    .use(ownRoutes(deps))
    .use(userRoutes(deps))
    .use(userLoginRoutes(deps))
    .use(invitationRoutes(deps))
    .use(resetRoutes(deps))
    .use(oidcRoutes(deps))
    .use(tokenRoutes(deps));
