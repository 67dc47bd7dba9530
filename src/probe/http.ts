import { DomainError, messageOf } from '../lib/errors.ts';
import { type Trust, tlsOptions } from './trust.ts';

export interface Asking {
  readonly trust: Trust;
  readonly timeoutMs: number;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** Sent as JSON, by POST. */
  readonly json?: unknown;
  readonly method?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined for anything else. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/**
 * One request to a server.
 *
 * @throws DomainError `http_failed` when no answer comes
 */
export async function ask(url: URL, { trust, timeoutMs, token, json, method }: Asking): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: method ?? (json === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(url.protocol === 'https:' && { tls: tlsOptions(trust) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
  } catch (cause) {
    throw new DomainError('http_failed', `${url.href} gave no answer: ${messageOf(cause)}`, {
      cause,
      fix: 'Check what listens on the port, and whether a proxy or firewall stands between.',
    });
  }
}

/** The words of a problem document (RFC 9457), as an error; for an answer that is a refusal. */
export function refusal({ status, body }: Answer, what: string): DomainError {
  const detail = typeof body?.detail === 'string' ? body.detail : `status ${status}`;
  const fix = typeof body?.fix === 'string' ? body.fix : undefined;
  return new DomainError('refused', `${what}: ${detail}`, { ...(fix !== undefined && { fix }) });
}

function parsed(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer['body']) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
