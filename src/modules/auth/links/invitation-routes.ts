import { Elysia, t } from 'elysia';
import { authorize } from '../../../access/decide.ts';
import { requestContext } from '../../../access/request-context.ts';
import { PageQuery } from '../../../lib/schema.ts';
import type { PublicUrl } from '../auth.ts';
import { IdParams, InvitationCreate, InvitationCreated, InvitationPage } from '../model.ts';
import type { Invitations } from './invitations.ts';

export interface InvitationRoutesDeps {
  readonly invitations: Invitations;
  readonly publicUrl: PublicUrl;
}

const tags = ['users'];

/** `/api/invitation`: invitations to make an account, for admins. */
export const invitationRoutes = ({ invitations, publicUrl }: InvitationRoutesDeps) =>
  new Elysia({ name: 'invitations', prefix: '/api/invitation' })
    .use(requestContext)
    .get(
      '/',
      ({ principal, query }) => {
        authorize(principal, 'users.manage');
        return invitations.list(query);
      },
      {
        query: PageQuery,
        response: { 200: InvitationPage },
        detail: { summary: 'Invitations that nobody has used yet', tags },
      },
    )
    .post(
      '/',
      ({ principal, body, request, client, status }) => {
        authorize(principal, 'users.manage');
        return status(201, invitations.create(principal, body, publicUrl(request, client)));
      },
      {
        body: InvitationCreate,
        response: { 201: InvitationCreated },
        detail: { summary: 'Invite someone to make an account; the link is shown this once', tags },
      },
    )
    .delete(
      '/:id',
      ({ principal, params, status }) => {
        authorize(principal, 'users.manage');
        invitations.revoke(principal, params.id);
        return status(204, undefined);
      },
      {
        params: IdParams,
        response: { 204: t.Void() },
        detail: { summary: 'Take an invitation back', tags },
      },
    );
