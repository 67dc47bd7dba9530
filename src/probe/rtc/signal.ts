import { DomainError } from '../../lib/errors.ts';
import {
  connectSignalling,
  type SignallingClient,
  type SignallingClientOptions,
} from '../../network/signalling/signalling-client.ts';
import { type Trust, tlsOptions } from '../trust.ts';

/** As a browser says it. */
const ABOUT = { sdk: 'js', auto_subscribe: '0' };

export interface SignalOptions extends Omit<SignallingClientOptions, 'about' | 'tls'> {
  readonly trust: Trust;
}

/**
 * Connects to `/rtc` of a server.
 *
 * @throws DomainError `signalling_failed`
 */
export async function openSignal({ trust, ...options }: SignalOptions): Promise<SignallingClient> {
  try {
    return await connectSignalling({ ...options, about: ABOUT, tls: tlsOptions(trust) });
  } catch (error) {
    throw error instanceof DomainError ? signallingFailed(options.url, error.message) : error;
  }
}

function signallingFailed(url: string, reason: string): DomainError {
  const { host } = new URL(url);
  return new DomainError('signalling_failed', `WebSocket signalling at ${host} failed: ${reason}.`, {
    fix: 'Where a reverse proxy or firewall stands between, let WebSocket upgrades under /rtc through.',
  });
}

/** The server took the connection, and then didn't want it. */
export function joinRefused(why: string): DomainError {
  return new DomainError('join_refused', `The server ended the connection: ${why}.`, {
    fix: "See livekit's log at the server (dashboard, view Events) for this moment.",
  });
}
