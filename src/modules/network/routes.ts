import { Elysia } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import { NetworkHealth } from './model.ts';
import type { Network } from './service.ts';

const tags = ['system'];

/** `/api/system/network`, and its tests on demand. */
export const networkRoutes = (network: Pick<Network, 'health' | 'test'>) =>
  new Elysia({ name: 'network', prefix: '/api/system/network' })
    .use(requestContext)
    .get(
      '/',
      ({ principal }) => {
        authorize(principal, 'system.read');
        return network.health();
      },
      {
        response: { 200: NetworkHealth },
        detail: { summary: 'How people reach this server, and how well', tags },
      },
    )
    .post(
      '/test',
      ({ principal }) => {
        authorize(principal, 'system.manage');
        return network.test();
      },
      {
        response: { 200: NetworkHealth },
        detail: { summary: 'Makes the self-tests now and tells the health after them', tags },
      },
    );
