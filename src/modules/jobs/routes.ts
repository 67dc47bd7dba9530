import { Elysia, t } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import { requestContext } from '../../access/request-context.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { Job, JobPage, JobQuery } from './model.ts';
import { showJob } from './show-job.ts';

const tags = ['jobs'];
const one = {
  params: t.Object({ id: t.String({ maxLength: 100 }) }),
  response: { 200: Job },
};

/** `/api/job`: what is being done in the background, and what went wrong with it. For admins. */
export const jobRoutes = ({ jobs }: { readonly jobs: Jobs }) => {
  const managed = (principal: Principal): Jobs => {
    authorize(principal, 'system.manage');
    return jobs;
  };

  return new Elysia({ name: 'jobs', prefix: '/api/job' })
    .use(requestContext)
    .get(
      '/',
      ({ principal, query }) => {
        const { items, next } = managed(principal).list(query);
        return { items: items.map(showJob), next };
      },
      {
        query: JobQuery,
        response: { 200: JobPage },
        detail: { summary: 'What is done in the background, newest first', tags },
      },
    )
    .get('/:id', ({ principal, params }) => showJob(managed(principal).get(params.id)), {
      ...one,
      detail: { summary: 'One job', tags },
    })
    .post(
      '/:id/retry',
      ({ principal, params }) => showJob(managed(principal).retry(params.id, actorOf(principal))),
      {
        ...one,
        detail: { summary: 'Run a failed or cancelled job again, or a waiting one now', tags },
      },
    )
    .post(
      '/:id/cancel',
      ({ principal, params }) => showJob(managed(principal).cancel(params.id, actorOf(principal))),
      {
        ...one,
        detail: { summary: 'Take a job out of the queue, or end it', tags },
      },
    );
};
