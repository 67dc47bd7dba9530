import { Elysia, t } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import { Log, LogSettings, Ready, System } from './model.ts';
import type { SystemService } from './service.ts';

const tags = ['system'];

/** `/api/health`, `/api/ready`, `/api/system`, `/api/system/log`. */
export const systemRoutes = (system: SystemService) =>
  new Elysia({ name: 'system', prefix: '/api' })
    .use(requestContext)
    .get('/health', () => ({ ok: true as const }), {
      response: { 200: t.Object({ ok: t.Literal(true) }) },
      detail: { summary: 'The process is alive', tags, security: [] },
    })
    .get(
      '/ready',
      ({ set }) => {
        const answer = system.ready();
        set.status = answer.ready ? 200 : 503;
        return answer;
      },
      {
        response: { 200: Ready, 503: Ready },
        detail: { summary: 'Calls can be made: database and media server are there', tags, security: [] },
      },
    )
    .get(
      '/system',
      ({ principal }) => {
        authorize(principal, 'system.read');
        return system.describe();
      },
      { response: { 200: System }, detail: { summary: 'This server and its media server', tags } },
    )
    .get(
      '/system/log',
      ({ principal }) => {
        authorize(principal, 'system.read');
        return system.log();
      },
      { response: { 200: Log }, detail: { summary: 'The newest log lines, and the log level', tags } },
    )
    .patch(
      '/system/log',
      ({ principal, body }) => {
        authorize(principal, 'system.manage');
        return system.setLogLevel(principal, body.level);
      },
      {
        body: LogSettings,
        response: { 200: LogSettings },
        detail: { summary: 'Set the log level, until the next start', tags },
      },
    );
