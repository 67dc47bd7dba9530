// Eden: the server's own route types become the client's, in 8 KB; what is asked wrongly doesn't compile.
import { treaty } from '@elysiajs/eden/treaty2';
import type { Contract } from '../../src/http/contract.ts';
import { ask, type Endpoint } from './endpoint.ts';
import { ApiError } from './error.ts';

const REQUEST_LIMIT_MS = 15_000;

/** The routes of the server, typed as they are declared there. Names in a path go through {@link inPath}. */
export function createTreaty(endpoint: Endpoint) {
  async function fetcher(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    const signal = init.signal ?? AbortSignal.timeout(REQUEST_LIMIT_MS);
    return ask(endpoint, pathname + search, { ...init, signal }).catch((error: unknown) => {
      if (error instanceof ApiError) throw error;
      throw new ApiError('unreachable', 'no answer within the time limit', 0);
    });
  }
  return treaty<Contract>('http://localhost', {
    fetcher: Object.assign(fetcher, { preconnect: fetch.preconnect }),
    // Times stay what the contract says: text.
    parseDate: false,
  });
}

/** Eden puts parameters into the path as they are. */
export const inPath = encodeURIComponent;

interface Answer {
  readonly data: unknown;
  readonly error: unknown;
  readonly status: number;
}

/** What was answered; throws {@link ApiError} for what was refused, or not answered at all. */
export async function dataOf<A extends Answer>(asked: Promise<A>): Promise<NonNullable<A['data']>> {
  const { data, error, status } = await asked;
  if (error === null) return data as NonNullable<A['data']>;
  const { value } = error as { readonly value?: unknown };
  if (value instanceof ApiError) throw value;
  throw problemOf(value, status);
}

/** The error that a problem document tells of. */
export function problemOf(problem: unknown, status: number): ApiError {
  const { code, detail, fix, errors } = (typeof problem === 'object' && problem !== null ? problem : {}) as {
    readonly code?: string;
    readonly detail?: string;
    readonly fix?: string;
    readonly errors?: readonly { readonly field?: string; readonly expected?: string }[];
  };
  const text = detail ?? `the server answered ${status}`;
  return new ApiError(code ?? `http_${status}`, text, status, fix, errors?.[0]?.field);
}
