import type { Database } from '../../db/open.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { hashSecret } from '../../lib/ids.ts';
import { createSealer } from '../../lib/sealed.ts';
import { createKeptAnswers, type KeptAnswer, UNANSWERED } from './repo.ts';

export const IDEMPOTENCY_HEADER = 'idempotency-key';
const KEPT_MS = 24 * 3_600_000;
const MAX_KEPT = 10_000;
const PRUNE_EVERY_MS = 3_600_000;
/** No create of ours answers more; what does is not kept. */
const MAX_ANSWER_BYTES = 64 * 1024;
const KEY = /^[\x21-\x7e]{1,200}$/;

export interface Idempotency {
  /**
   * Answers a create once for each key of an actor: the same request again gets the same answer, also after a restart,
   * for a day. Only successes are kept: what failed may be tried again with its key. That the first one is under way
   * is stored before it is done, so that a crash between the two doesn't have it done twice.
   *
   * @throws DomainError `idempotency_key_invalid`, `idempotency_key_reused` with another request,
   *   `idempotency_key_in_use` while the first one is under way, `idempotency_unknown` after this process died in it
   */
  once(request: Request, actor: string, answer: (request: Request) => Promise<Response>): Promise<Response>;
  /** Forgets old answers, now and every hour, until the returned function is called. */
  keepBounded(): () => void;
}

export interface IdempotencyDeps {
  readonly db: Pick<Database, 'orm'>;
  readonly clock: Clock;
  /** A secret of the server that is not in the database. */
  readonly key: string;
}

/** The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07). */
export function createIdempotency({ db, clock, key }: IdempotencyDeps): Idempotency {
  const kept = createKeptAnswers(db);
  // An answer may hold a secret that is shown once; of the client's key just a hash is stored.
  const sealer = createSealer(key, 'idempotency');
  const underWay = new Set<string>();

  function replay(answer: KeptAnswer, clientKey: string, requestHash: string): Response {
    if (answer.requestHash !== requestHash) throw reused();
    if (answer.status === UNANSWERED) throw unknown();
    return new Response(sealer.open(clientKey, answer.body), {
      status: answer.status,
      headers: { 'content-type': answer.contentType, 'idempotency-replayed': 'true' },
    });
  }

  return {
    async once(request, actor, answer) {
      const clientKey = `${actor} ${keyOf(request)}`;
      const keyHash = hashSecret(clientKey);
      if (underWay.has(keyHash)) throw inUse();
      underWay.add(keyHash);
      try {
        const body = await request.text();
        const requestHash = hashSecret(`${request.method} ${targetOf(request.url)}\n${body}`);
        const before = kept.byHash(keyHash);
        if (before && before.createdAt > clock.now() - KEPT_MS) return replay(before, clientKey, requestHash);
        kept.begin({ keyHash, requestHash, createdAt: clock.now() });
        const response = await answer(new Request(request, { body: body === '' ? null : body }));
        const text = response.ok ? await response.clone().text() : undefined;
        if (text === undefined || text.length > MAX_ANSWER_BYTES) {
          kept.forget(keyHash);
          return response;
        }
        kept.put({
          keyHash,
          requestHash,
          status: response.status,
          contentType: response.headers.get('content-type') ?? 'application/json',
          body: sealer.seal(clientKey, text),
          createdAt: clock.now(),
        });
        return response;
      } finally {
        underWay.delete(keyHash);
      }
    },
    keepBounded() {
      const prune = () => kept.prune(clock.now() - KEPT_MS, MAX_KEPT);
      prune();
      return clock.every(PRUNE_EVERY_MS, prune);
    },
  };
}

function keyOf(request: Request): string {
  const key = request.headers.get(IDEMPOTENCY_HEADER) ?? '';
  if (KEY.test(key)) return key;
  throw new DomainError(
    'idempotency_key_invalid',
    'The Idempotency-Key is not 1 to 200 visible characters.',
    {
      fix: 'Send a UUID, made anew for each thing that is to be made.',
    },
  );
}

/** Path and query: by which name the server was asked does not matter. */
function targetOf(url: string): string {
  return url.slice(url.indexOf('/', 'https://'.length));
}

const reused = () =>
  new DomainError('idempotency_key_reused', 'This Idempotency-Key came with another request before.', {
    fix: 'Make a new key for each request, and send the same one only to try the same again.',
  });
const inUse = () =>
  new DomainError('idempotency_key_in_use', 'The first request with this Idempotency-Key is under way.', {
    fix: 'Wait for its answer, or try again in a moment.',
    details: { retryAfter: 1 },
  });
const unknown = () =>
  new DomainError(
    'idempotency_unknown',
    'The server ended in the middle of the first request with this Idempotency-Key: it may be done, or not.',
    { fix: 'Look whether it is there. If it is not, send the request with a new key.' },
  );
