import { isIP, type Socket, connect as tcpConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';

/** From connecting to the answer's first line. */
const LIMIT_MS = 10_000;
/** An answer that has told no status within so much isn't one. */
const MAX_HEAD_BYTES = 16 * 1024;
/** Answers that may say for how long to stay away. */
const ASKS_TO_WAIT = [429, 503];
const CLOSED = 'the connection was closed without an answer';
const HTTPS_PORT = 443;
const HTTP_PORT = 80;

export interface PostRequest {
  readonly url: URL;
  /** Where to connect to, whatever the name in the URL means to anybody else. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** The header, as it came, where the status is one that it belongs to. */
  readonly retryAfter?: string | undefined;
}

/** Sends one request and tells the status of the answer. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/**
 * HTTP/1.1 as far as a webhook needs it: one POST over a connection of its own, and the answer's status. Ours, because
 * it has to reach exactly the address that was checked under the name of the URL, and `fetch` resolves names itself.
 * A redirect is an answer like any other, and is not followed; of an answer no more is read than is asked for.
 *
 * @throws DomainError `webhook_unreachable`, `webhook_no_answer`
 */
export function createPost({ clock, limitMs = LIMIT_MS }: { clock: Clock; limitMs?: number }): Post {
  return (request) =>
    new Promise((resolve, reject) => {
      const socket = open(request);
      let head = '';
      const end = (settle: () => void) => {
        cancelLimit();
        request.signal?.removeEventListener('abort', abort);
        socket.destroy();
        settle();
      };
      const fail = (error: unknown) => end(() => reject(error));
      const abort = () => fail(request.signal?.reason);
      const finish = (fault: () => DomainError) => {
        const answer = answerOf(head);
        end(() => (answer ? resolve(answer) : reject(fault())));
      };
      const cancelLimit = clock.after(limitMs, () => finish(() => noAnswer(request, limitMs)));
      request.signal?.addEventListener('abort', abort);
      socket.once('error', (cause) => finish(() => unreachable(request, cause)));
      socket.once('close', () => finish(() => unreachable(request, CLOSED)));
      socket.once(request.url.protocol === 'https:' ? 'secureConnect' : 'connect', () =>
        socket.write(format(request)),
      );
      socket.on('data', (chunk: Buffer) => {
        head += chunk.toString('latin1');
        const answer = answerOf(head);
        if (answer && (isComplete(head) || !ASKS_TO_WAIT.includes(answer.status))) end(() => resolve(answer));
        else if (head.length > MAX_HEAD_BYTES) fail(unreachable(request, 'the answer is not HTTP'));
      });
    });
}

function open({ url, address }: PostRequest): Socket {
  const isTls = url.protocol === 'https:';
  const port = Number(url.port) || (isTls ? HTTPS_PORT : HTTP_PORT);
  if (!isTls) return tcpConnect({ host: address, port });
  const name = url.hostname.replace(/^\[|\]$/g, '');
  return tlsConnect({ host: address, port, ...(isIP(name) === 0 && { servername: name }) });
}

function format({ url, headers, body }: PostRequest): string {
  const lines = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The first one that is not a mere interim one (1xx), as far as it has come; undefined before its status has. */
function answerOf(head: string): PostAnswer | undefined {
  const rest = withoutInterim(head);
  const status = /^HTTP\/1\.[01] ([2-5]\d\d)[ \r]/.exec(rest)?.[1];
  if (status === undefined) return undefined;
  const [headers = ''] = rest.split('\r\n\r\n', 1);
  return {
    status: Number(status),
    retryAfter: /\r\nretry-after:[ \t]*([^\r]*)\r/i.exec(`${headers}\r`)?.[1],
  };
}

function isComplete(head: string): boolean {
  return withoutInterim(head).includes('\r\n\r\n');
}

function withoutInterim(head: string): string {
  return head.replace(/^(?:HTTP\/1\.[01] 1\d\d[\s\S]*?\r\n\r\n)+/, '');
}

function unreachable({ url }: PostRequest, cause: unknown): DomainError {
  return new DomainError('webhook_unreachable', `${url.host} cannot be reached: ${messageOf(cause)}.`, {
    fix: 'Check that the receiver runs, its certificate, and firewalls between.',
    cause,
  });
}

function noAnswer({ url }: PostRequest, limitMs: number): DomainError {
  return new DomainError('webhook_no_answer', `${url.host} did not answer within ${limitMs / 1000} s.`, {
    fix: 'Let the receiver answer first and work after that.',
  });
}
