import type { Scope } from '../../src/access/principal.ts';
import type { Me } from '../api/client.ts';

/** What the server will let this dashboard do. */
export interface Rights {
  readonly moderate: boolean;
  readonly rooms: boolean;
  /** The server itself: jobs, webhooks, backups. */
  readonly manage: boolean;
}

export const ALL_RIGHTS: Rights = { moderate: true, rooms: true, manage: true };

/** An API token is limited to its scopes; whoever opened the local socket, and an admin, is not. */
export function rightsOf({ kind, scopes }: Me): Rights {
  if (kind !== 'token') return ALL_RIGHTS;
  const has = (scope: Scope) => scopes.includes('admin') || scopes.includes(scope);
  return { moderate: has('moderate'), rooms: has('rooms'), manage: has('admin') };
}
