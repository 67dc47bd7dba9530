import { createHash } from 'node:crypto';
import { base62 } from './base62.ts';

export interface TurnCredentialOptions {
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Seconds since the epoch. */
  readonly expiry: number;
  /** Versions before 1.12 write no expiry into them. */
  readonly expires: boolean;
}

/**
 * Credentials that livekit's TURN server takes, as it makes them for participants (pkg/service/turn.go). The
 * participant need not exist, so a self-test disturbs no room.
 */
export function turnCredentials(options: TurnCredentialOptions): { username: string; password: string } {
  const { apiKey, apiSecret, expiry, expires } = options;
  const participant = 'PA_selftest';
  const suffix = expires ? `|${expiry}` : '';
  return {
    username: base62(Buffer.from(`${apiKey}|${participant}${suffix}`)),
    password: base62(createHash('sha256').update(`${apiSecret}|${participant}${suffix}`).digest()),
  };
}
