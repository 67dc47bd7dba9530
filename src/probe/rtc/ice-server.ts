import { isIP } from 'node:net';
import { reachOf } from '../../network/addresses/classify.ts';
import type { MediaPath } from '../report.ts';

/** An ICE server as livekit tells it to clients. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** Where a TURN server is, and how it is spoken to. */
export interface TurnServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly credential: string;
}

/** RFC 7065, section 3.1, with what livekit makes of it. */
const TURN_URL = /^(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/;
const DEFAULT_PORT = { turn: 3478, turns: 5349 } as const;

/** The TURN server that a relayed path goes through; undefined when the server offers none, or the path is direct. */
export function turnServerOf(path: MediaPath, servers: readonly IceServer[]): TurnServer | undefined {
  if (path !== 'turn-udp' && path !== 'turn-tls') return undefined;
  const wanted = path === 'turn-tls' ? 'turns' : 'turn';
  for (const { urls, username, credential } of servers) {
    for (const url of urls) {
      const [, scheme, host, port, transport = 'udp'] = TURN_URL.exec(url) ?? [];
      if (scheme !== wanted || host === undefined || (scheme === 'turn' && transport !== 'udp')) continue;
      const number = port === undefined ? DEFAULT_PORT[wanted] : Number(port);
      const bare = host.replace(/^\[|\]$/g, '');
      // livekit also names 0.0.0.0 where it has no IPv4 address
      if (isIP(bare) !== 0 && reachOf(bare) === 'unspecified') continue;
      return { url, host: bare, port: number, username, credential };
    }
  }
  return undefined;
}
