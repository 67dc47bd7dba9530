import { DomainError } from '../../lib/errors.ts';
import { unreachable } from './unreachable.ts';

/** Where the API is: a local daemon's socket, whose owner is admin, a URL with a token, or in this process. */
export type ApiAddress =
  | { readonly unix: string }
  | RemoteAddress
  | { readonly handle: (request: Request) => Response | Promise<Response> };

export interface RemoteAddress {
  readonly url: string;
  readonly token?: string | undefined;
  /** PEM of the authority that vouches for the server's certificate, instead of the public ones. */
  readonly ca?: string | undefined;
}

export interface ApiClient {
  /**
   * Sends a request and returns the answer's JSON (undefined when it has no body). Errors: see `open`; that nothing
   * was answered before `limit`, which ends it, is `daemon_unreachable` too.
   */
  request<T>(method: string, path: string, body?: unknown, limit?: AbortSignal): Promise<T>;
  /**
   * Sends a request and returns the answer itself, for streams and files.
   * Errors: the API's own code, with its fix and `details.status`; `daemon_unreachable` when nothing answers.
   */
  open(path: string, init?: RequestInit): Promise<Response>;
}

const FOUND = 302;
const JSON_TYPES = /^application\/(problem\+)?json\b/;

export function createApiClient(address: ApiAddress): ApiClient {
  const base = 'url' in address ? address.url.replace(/\/+$/, '') : 'http://localhost';
  const name = 'unix' in address ? address.unix : base;

  async function open(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if ('token' in address && address.token) headers.set('authorization', `Bearer ${address.token}`);
    const answer = await send(address, `${base}${path}`, { ...init, headers }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause;
      throw unreachable(name, cause);
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }

  return {
    open,
    async request<T>(method: string, path: string, body?: unknown, limit?: AbortSignal): Promise<T> {
      const json = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = { accept: 'application/json', 'content-type': 'application/json' };
      const sent = open(path, { method, headers, ...json, ...(limit && { signal: limit }) });
      const answer = await sent.catch((error: unknown) => {
        throw limit?.aborted ? unreachable(name, new Error('no answer within the time limit')) : error;
      });
      const text = await answer.text();
      if (text === '') return undefined as T;
      if (!JSON_TYPES.test(answer.headers.get('content-type') ?? '')) throw notDidar(name);
      return JSON.parse(text) as T;
    },
  };
}

async function send(address: ApiAddress, url: string, init: RequestInit): Promise<Response> {
  if ('handle' in address) return address.handle(new Request(url, init));
  if ('url' in address) return fetch(url, { ...init, ...(address.ca && { tls: { ca: address.ca } }) });
  const answer = await fetch(url, { ...init, unix: address.unix, redirect: 'manual' });
  const elsewhere = answer.headers.get('location');
  // What a file's link names is not behind our socket.
  return answer.status === FOUND && elsewhere !== null ? fetch(elsewhere) : answer;
}

/** A problem document (RFC 9457) as the error that the server threw. */
async function problemOf(answer: Response): Promise<DomainError> {
  const { status } = answer;
  const isProblem = JSON_TYPES.test(answer.headers.get('content-type') ?? '');
  const text = await answer.text();
  if (!isProblem)
    // Without its query: that of a link to a bucket is as good as a key.
    return new DomainError(`http_${status}`, `${answer.url.replace(/\?.*/s, '')} answered ${status}`, {
      details: { status },
    });
  const { code, detail, title, fix, ...details } = JSON.parse(text) as Record<string, unknown>;
  return new DomainError(String(code ?? `http_${status}`), String(detail ?? title ?? `status ${status}`), {
    fix: typeof fix === 'string' ? fix : undefined,
    details: { ...details, status },
  });
}

function notDidar(name: string): DomainError {
  return new DomainError('daemon_unreachable', `what answers at ${name} is not didar`, {
    fix: 'check the address, and any proxy in between',
  });
}
