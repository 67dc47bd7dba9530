import { Elysia } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import { Usage } from './model.ts';
import type { UsageHistory } from './usage.ts';

/** `/api/system/usage`. */
export const usageRoutes = (usage: Pick<UsageHistory, 'now'>) =>
  new Elysia({ name: 'usage', prefix: '/api/system/usage' }).use(requestContext).get(
    '/',
    ({ principal }) => {
      authorize(principal, 'system.read');
      return usage.now();
    },
    {
      response: { 200: Usage },
      detail: {
        summary:
          'Processors, memory and disks: what this server and its machine use, and the last hour of it',
        tags: ['system'],
      },
    },
  );
