export interface ApiInit extends Omit<RequestInit, 'body'> {
  /** Sent as a bearer token. */
  readonly token?: string;
  /** Sent as JSON; without a method given, as POST. */
  readonly json?: unknown;
  readonly body?: BodyInit;
}

export interface ApiAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else text. */
  readonly body: T;
}

/** The members of a problem document that tests look at. */
export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fix?: string;
}

/** One request with its answer read; `unix` sends it over that socket. */
export async function request<T>(url: string, init: ApiInit = {}, unix?: string): Promise<ApiAnswer<T>> {
  const { token, json, ...rest } = init;
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (json !== undefined) headers.set('content-type', 'application/json');
  const response = await fetch(url, {
    method: json === undefined ? 'GET' : 'POST',
    ...rest,
    headers,
    body: json === undefined ? init.body : JSON.stringify(json),
    ...(unix ? { unix } : {}),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as T,
  };
}

/** The body of an answer that must be a success; else an error with what the server said. */
export function ok<T>(answer: ApiAnswer<T>): T {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw new Error(`the server answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
