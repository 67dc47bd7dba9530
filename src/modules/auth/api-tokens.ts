import { actorOf, type Principal } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { hashSecret, newId, newSecret } from '../../lib/ids.ts';
import { idOf, type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { EventRecorder } from '../events/events.ts';
import type { ApiTokenRepo, ApiTokenRow } from './api-tokens-repo.ts';
import type { ApiToken, ApiTokenCreate, ApiTokenCreated } from './model.ts';

/** What tells an API token from an access token, and lets scanners of leaked secrets find it. */
export const API_TOKEN_PREFIX = 'didar_';
const DEFAULT_LIFE_S = 90 * 86_400;
const PAGE_SIZE = 100;

export interface ApiTokens {
  /** The one answer that carries the secret. */
  create(by: Principal, input: ApiTokenCreate): ApiTokenCreated;
  list(query: { cursor?: string; limit?: number }): Page<ApiToken>;
  /** Throws `token_not_found`. */
  revoke(by: Principal, id: string): void;
  /** Revokes what a user made, and what was made with that. */
  revokeMadeBy(userId: string, by: Principal): void;
  /** Who a secret stands for, or why it doesn't (`token_invalid`, `token_expired`). */
  principalOf(secret: string): Principal;
  /** Writes down when tokens were last used, which requests only note. */
  flush(): void;
}

export interface ApiTokensDeps {
  readonly repo: ApiTokenRepo;
  readonly events: EventRecorder;
  readonly clock: Clock;
}

/** Tokens for programs: scoped, expiring, stored as a hash. */
export function createApiTokens({ repo, events, clock }: ApiTokensDeps): ApiTokens {
  const used = new Map<string, number>();

  function flush(): void {
    if (used.size === 0) return;
    events.inTransaction(() => {
      for (const [id, at] of used) repo.markUsed(id, at);
    });
    used.clear();
  }

  function revoke(by: Principal, id: string): void {
    events.inTransaction(() => {
      const row = repo.byId(id);
      if (!row) throw tokenNotFound(id);
      repo.revoke(id, clock.now());
      const token = toApiToken(row);
      events.record({ kind: 'token.revoked', actor: actorOf(by), data: { token }, before: token });
    });
  }

  return {
    create(by, { name, scopes, expiresIn = DEFAULT_LIFE_S }) {
      const now = clock.now();
      const secret = `${API_TOKEN_PREFIX}${newSecret()}`;
      const row: ApiTokenRow = {
        id: newId('t', now),
        name,
        hash: hashSecret(secret),
        scopes,
        createdBy: actorOf(by),
        createdAt: now,
        expiresAt: expiresIn === null ? null : now + expiresIn * 1000,
        usedAt: null,
        revokedAt: null,
      };
      const token = toApiToken(row);
      events.inTransaction(() => {
        repo.insert(row);
        events.record({ kind: 'token.created', actor: row.createdBy, data: { token }, after: token });
      });
      return { ...token, token: secret };
    },
    list({ cursor, limit = PAGE_SIZE }) {
      flush();
      const rows = repo.list({ after: cursor, limit: limit + 1 });
      return pageOf(rows, limit, toApiToken, idOf);
    },
    revoke,
    revokeMadeBy(userId, by) {
      for (const id of repo.madeBy(userId)) revoke(by, id);
    },
    principalOf(secret) {
      const known = repo.byHash(hashSecret(secret));
      if (!known) return { kind: 'anyone', rejected: tokenInvalid() };
      const now = clock.now();
      if (known.expiresAt !== null && known.expiresAt <= now)
        return { kind: 'anyone', rejected: tokenExpired() };
      used.set(known.id, now);
      return { kind: 'token', tokenId: known.id, scopes: known.scopes };
    },
    flush,
  };
}

function toApiToken({ id, name, scopes, createdBy, createdAt, expiresAt, usedAt }: ApiTokenRow): ApiToken {
  return {
    id,
    name,
    scopes: [...scopes],
    createdBy,
    createdAt: toTimestamp(createdAt),
    expiresAt: expiresAt === null ? null : toTimestamp(expiresAt),
    usedAt: usedAt === null ? null : toTimestamp(usedAt),
  };
}

const tokenNotFound = (id: string) =>
  new DomainError('token_not_found', `There is no API token ${id}.`, {
    fix: 'See GET /api/token, or `didar token list`, for what there is.',
  });
const tokenInvalid = () =>
  new DomainError('token_invalid', 'This API token is unknown, or was revoked.', {
    fix: 'Make another with POST /api/token or `didar token create`.',
  });
const tokenExpired = () =>
  new DomainError('token_expired', 'This API token has expired.', {
    fix: 'Make another with POST /api/token or `didar token create`.',
  });
