import { isIPv6 } from 'node:net';
import type { Clock } from '../../../lib/clock.ts';
import type { Logger } from '../../../lib/log.ts';
import { startHttpListener, stopListener } from '../http-listener.ts';
import { listenError } from '../listen-error.ts';

export const REDIRECT_PORT = 80;
const CHALLENGE_PATH = '/.well-known/acme-challenge/';

export interface RedirectOptions {
  readonly bind: string;
  /** 80, where browsers and authorities go. */
  readonly port: number;
  /** Where to: the configured host, not what a request says its host is. */
  readonly host: string;
  readonly httpsPort: number;
  readonly httpChallenge: (token: string) => string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Port 80 with TLS on: sends everybody to HTTPS, and answers authorities. The server works without it.
 *
 * @throws DomainError as `startFront`
 */
export async function startRedirect(
  options: RedirectOptions,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { bind, port, host, httpsPort, httpChallenge, clock, log } = options;
  const name = isIPv6(host) ? `[${host}]` : host;
  const origin = `https://${name}${httpsPort === 443 ? '' : `:${httpsPort}`}`;
  const server = await listen();

  function handle(request: Request): Response {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith(CHALLENGE_PATH)) {
      const answer = httpChallenge(pathname.slice(CHALLENGE_PATH.length));
      return answer === undefined ? new Response(null, { status: 404 }) : new Response(answer);
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    return Response.redirect(origin + pathname + search, isRead ? 301 : 308);
  }

  async function listen() {
    try {
      return startHttpListener({
        listen: { hostname: bind, port },
        clientOf: (request, from) => ({
          address: from.requestIP(request)?.address ?? 'unknown',
          transport: 'tcp',
          secure: false,
        }),
        handle,
        log,
        maxBodyBytes: 0,
      });
    } catch (error) {
      throw await listenError(error, { bind, port, bindKey: 'server.bind', portKey: 'server.tls.mode' });
    }
  }

  return { port: server.port ?? port, stop: () => stopListener(server, clock, 0) };
}
