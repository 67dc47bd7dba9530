import { type Clock, systemClock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { Handle } from './contract.ts';
import { startHttpListener, stopListener } from './http-listener.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const LOOPBACK = '127.0.0.1';

export interface WebhookListenerOptions {
  readonly handle: Handle;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Where the child sends its webhooks: plain and on loopback, so that neither TLS nor the public port stands between
 * the two. The port is any free one.
 */
export function startWebhookListener(options: WebhookListenerOptions): {
  readonly url: string;
  stop(deadlineMs?: number): Promise<void>;
} {
  const { handle, log, clock = systemClock } = options;
  const server = startHttpListener({
    listen: { hostname: LOOPBACK, port: 0 },
    clientOf: () => ({ address: LOOPBACK, transport: 'tcp', secure: false }),
    handle,
    log,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  return {
    url: server.url.origin,
    stop: (deadlineMs = 0) => stopListener(server, clock, deadlineMs),
  };
}
