import type { Config } from '../config/config.ts';
import type { ClientInfo } from '../network/front/client-info.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

export interface PublicUrls {
  /** Where people reach this server: the configured name, else the detected address. */
  http(): string;
  /** Where a browser reaches this server that reached us by this request, for links. */
  page(request: Request, client: ClientInfo): string;
  /** Where a LiveKit client connects that reached us by this request. */
  signalling(request: Request, client: ClientInfo): string;
}

export interface PublicUrlOptions {
  readonly config: Pick<Config, 'server' | 'livekit'>;
  /** Shown when `server.host` is not configured. */
  readonly detectedAddress: string;
  /** The port that the front took. */
  readonly port: () => number;
}

/**
 * The server's own URLs. Without a configured name a client is told the name by which it reached us: that is the
 * one address known to work for it. It tells nobody but the one who sent it, so a forged Host header harms no other.
 */
export function createPublicUrls({ config, detectedAddress, port }: PublicUrlOptions): PublicUrls {
  const { host, tls, trustedProxies } = config.server;
  const scheme = tls.mode === 'off' ? 'http' : 'https';

  function http(): string {
    const name = host ?? detectedAddress;
    const shown = name.includes(':') ? `[${name}]` : name;
    return port() === DEFAULT_PORTS[scheme] ? `${scheme}://${shown}` : `${scheme}://${shown}:${port()}`;
  }

  function page(request: Request, client: ClientInfo): string {
    // Behind a proxy only the request tells by which scheme and port people come.
    const isBehindProxy = trustedProxies.length > 0;
    if (client.transport === 'unix' || (host !== undefined && !isBehindProxy)) return http();
    return `${client.secure ? 'https' : 'http'}://${request.headers.get('host') ?? new URL(http()).host}`;
  }

  return {
    http,
    page,
    signalling: (request, client) => config.livekit.host ?? asWebSocket(page(request, client)),
  };
}

function asWebSocket(url: string): string {
  return url.replace(/^http/, 'ws');
}
