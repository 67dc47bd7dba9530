import { Elysia } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import { PageQuery } from '../../lib/schema.ts';
import { Job } from '../jobs/model.ts';
import { BackupFilePage, BackupRequest, BackupStatus } from './model.ts';
import type { Backups } from './service.ts';

const TYPE = 'application/zstd';

/** `/api/system/backup`: everything that is needed to have this server again, and how backups by themselves are doing. */
export const backupRoutes = ({ backups }: { readonly backups: Backups }) =>
  new Elysia({ name: 'backups', prefix: '/api/system' })
    .use(requestContext)
    .get('/backup', ({ principal }) => backups.status(principal), {
      response: { 200: BackupStatus },
      detail: {
        summary: 'When the last backup was made by itself, when the next is due, and what is wrong',
        tags: ['system'],
      },
    })
    .get('/backup/files', ({ principal, query }) => backups.files(principal, query), {
      query: PageQuery,
      response: { 200: BackupFilePage },
      detail: { summary: 'The backups that are there on this machine, newest first', tags: ['system'] },
    })
    .post('/backup/job', ({ principal, status }) => status(202, backups.queue(principal)), {
      response: { 202: Job },
      detail: {
        summary: 'Make a backup now where those go that are made by themselves; the job tells how it went',
        tags: ['system'],
      },
    })
    .post(
      '/backup',
      async ({ principal, body }) => {
        const stream = await backups.make(principal, body ?? {});
        return new Response(stream, {
          headers: {
            'content-type': TYPE,
            'content-disposition': 'attachment; filename="didar-backup.tar.zst"',
            'cache-control': 'no-store',
          },
        });
      },
      {
        body: BackupRequest,
        detail: {
          summary:
            'A backup as of now: database, configuration, secrets, certificates, recordings if asked for',
          tags: ['system'],
          responses: { 200: { description: 'tar in zstd, for `didar restore`', content: { [TYPE]: {} } } },
        },
      },
    );
