import { DomainError } from '../lib/errors.ts';

/** The server that is probed. */
export interface Target {
  /** Where the server is, without a path: `https://meet.example.org`. */
  readonly url: URL;
  /** A name or an IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** The room of a join link. */
  readonly room?: string;
}

const ROOM_PATH = /^\/room\/([^/]+)\/?$/;

/**
 * Reads the URL of a server, or a join link: `https://meet.example.org/room/standup`. Without a scheme it is https.
 *
 * @throws DomainError `url_invalid`
 */
export function parseTarget(text: string): Target {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const given = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (!given || (given.protocol !== 'http:' && given.protocol !== 'https:')) {
    throw new DomainError('url_invalid', `"${text}" is no http(s) URL.`, {
      fix: 'Give the address of a server, or a join link: https://meet.example.org/room/standup.',
    });
  }
  const tls = given.protocol === 'https:';
  const room = ROOM_PATH.exec(given.pathname)?.[1];
  return {
    url: new URL(given.origin),
    host: given.hostname.replace(/^\[|\]$/g, ''),
    port: Number(given.port) || (tls ? 443 : 80),
    tls,
    ...(room !== undefined && { room: decodeURIComponent(room) }),
  };
}
