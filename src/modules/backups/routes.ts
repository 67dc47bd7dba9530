import { Elysia } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import { BackupRequest } from './model.ts';
import type { Backups } from './service.ts';

const TYPE = 'application/zstd';

/** `POST /api/system/backup`: everything that is needed to have this server again. */
export const backupRoutes = ({ backups }: { readonly backups: Backups }) =>
  new Elysia({ name: 'backups', prefix: '/api/system' }).use(requestContext).post(
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
