import { t } from 'elysia';

export const BackupRequest = t.Optional(
  t.Object(
    { recordings: t.Optional(t.Boolean({ description: 'Recordings too; false when left out.' })) },
    { additionalProperties: false },
  ),
);
