import type { ServerConfig } from '../../config/config.ts';

const LOOPBACK = '127.0.0.1';
const PATH = '/api/livekit/webhook';

/** Our webhook for a static file on this machine. It is written once, so it names the port that stays the same. */
export function staticWebhookUrl({ tls, host, port }: ServerConfig): string {
  if (tls.mode === 'off') return `http://${LOOPBACK}:${port}${PATH}`;
  const name = host ?? LOOPBACK;
  return `https://${name.includes(':') ? `[${name}]` : name}:${port}${PATH}`;
}
