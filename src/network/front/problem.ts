/** What the front itself answers when a request never reaches the application; RFC 9457. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fix?: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Payload Too Large',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** A problem document with the given headers on top. */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  const title = TITLES[problem.status] ?? 'Error';
  return new Response(JSON.stringify({ type: 'about:blank', title, ...problem }), {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}
