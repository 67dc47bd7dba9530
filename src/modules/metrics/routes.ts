import { Elysia } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import type { Metrics } from './metrics.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `/metrics`, for Prometheus: with an API token of scope `read`, or over the local socket. */
export const metricsRoutes = ({ metrics }: { readonly metrics: Pick<Metrics, 'text'> }) =>
  new Elysia({ name: 'metrics' }).use(requestContext).get(
    '/metrics',
    async ({ principal }) => {
      authorize(principal, 'system.read');
      return new Response(await metrics.text(), { headers: { 'content-type': TEXT } });
    },
    {
      detail: {
        summary: 'Figures for Prometheus, those of the media server among them',
        tags: ['system'],
        responses: {
          200: { description: 'Done', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
  );
