import { ApiError } from './error.ts';

/** Where the server is: a local daemon's unix socket, or a URL with a token. */
export interface Endpoint {
  readonly socket?: string;
  readonly url?: string;
  readonly token?: string | undefined;
  /** PEM of the authority that vouches for its certificate, where that is no public one. */
  readonly ca?: string | undefined;
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
      ...(endpoint.socket !== undefined && { unix: endpoint.socket }),
      ...(endpoint.ca !== undefined && { tls: { ca: endpoint.ca } }),
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ApiError('unreachable', `the server does not answer (${code ?? message})`, 0);
  }
}
