/** What the API said no with: `message` is for the person. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The problem's stable code; empty when the answer was none. */
    readonly code = '',
  ) {
    super(message);
  }
}

/** Asks the API of the server that this page came from. Throws `Refusal`. */
export async function call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const headers = new Headers();
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const init = { method, headers, body: body === undefined ? null : JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => undefined);
  if (response === undefined) throw new Refusal(0, 'The server does not answer. Try again in a moment.');
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusalOf(answer, response.status);
  return answer as T;
}

function refusalOf(problem: unknown, status: number): Refusal {
  const { detail, code } = (problem ?? {}) as { detail?: unknown; code?: unknown };
  const message =
    typeof detail === 'string' ? detail : `The server answered ${status}. Try again in a moment.`;
  return new Refusal(status, message, typeof code === 'string' ? code : '');
}
