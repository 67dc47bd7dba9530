import spine from '../../drizzle/0000_spine.sql' with { type: 'text' };
import recordings from '../../drizzle/0001_recordings.sql' with { type: 'text' };
import paths from '../../drizzle/0002_paths.sql' with { type: 'text' };
import joining from '../../drizzle/0003_joining.sql' with { type: 'text' };
import accounts from '../../drizzle/0004_accounts.sql' with { type: 'text' };
import roles from '../../drizzle/0005_roles.sql' with { type: 'text' };
import audit from '../../drizzle/0006_audit.sql' with { type: 'text' };
import recordByItself from '../../drizzle/0007_record_by_itself.sql' with { type: 'text' };
import uploads from '../../drizzle/0008_uploads.sql' with { type: 'text' };
import idempotency from '../../drizzle/0009_idempotency.sql' with { type: 'text' };
import webhooks from '../../drizzle/0010_webhooks.sql' with { type: 'text' };
import webhookGone from '../../drizzle/0011_webhook_gone.sql' with { type: 'text' };

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * Every migration in the order of its number, embedded. A new one is made by `bunx drizzle-kit generate`, and added
 * here; a test compares this list with the folder. None is edited after it has landed.
 */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0000_spine', sql: spine },
  { name: '0001_recordings', sql: recordings },
  { name: '0002_paths', sql: paths },
  { name: '0003_joining', sql: joining },
  { name: '0004_accounts', sql: accounts },
  { name: '0005_roles', sql: roles },
  { name: '0006_audit', sql: audit },
  { name: '0007_record_by_itself', sql: recordByItself },
  { name: '0008_uploads', sql: uploads },
  { name: '0009_idempotency', sql: idempotency },
  { name: '0010_webhooks', sql: webhooks },
  { name: '0011_webhook_gone', sql: webhookGone },
];
