import { ApiError } from './error.ts';

/** Where the server is: a local daemon's unix socket, or a URL with a token. */
export interface Endpoint {
  readonly socket?: string;
  readonly url?: string;
  readonly token?: string;
}

/** How it is named on the screen. */
export function endpointName(endpoint: Endpoint): string {
  return endpoint.socket === undefined ? new URL(endpoint.url ?? 'http://localhost').host : 'this machine';
}

/** Sends one request. Answers any response of the server; throws {@link ApiError} `unreachable` without one. */
export async function ask(endpoint: Endpoint, path: string, init: RequestInit = {}): Promise<Response> {
  const base = endpoint.socket === undefined ? endpoint.url : 'http://localhost';
  const headers = new Headers(init.headers);
  if (endpoint.token) headers.set('authorization', `Bearer ${endpoint.token}`);
  try {
    return await fetch(new URL(path, base), {
      ...init,
      headers,
      ...(endpoint.socket === undefined ? {} : { unix: endpoint.socket }),
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ApiError('unreachable', `the server does not answer (${code ?? message})`, 0);
  }
}
