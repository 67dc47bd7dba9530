import { randomBytes } from 'node:crypto';
import { DomainError } from '../../lib/errors.ts';
import { createSealer } from '../../lib/sealed.ts';

/** How the Standard Webhooks spec begins a secret; 24 to 64 bytes follow. */
const PREFIX = 'whsec_';
const BYTES = 32;

export interface Secrets {
  make(): string;
  seal(webhook: string, secret: string): Buffer;
  /** Throws `webhook_secret_lost` where the server's key is no longer the one it was sealed by. */
  open(webhook: string, sealed: Uint8Array): string;
}

/** The secrets that sign: needed again for each delivery, so not hashed but sealed, by the key beside the database. */
export function createSecrets(serverKey: string): Secrets {
  const sealer = createSealer(serverKey, 'webhook');
  return {
    make: () => `${PREFIX}${randomBytes(BYTES).toString('base64')}`,
    seal: sealer.seal,
    open(webhook, sealed) {
      try {
        return sealer.open(webhook, sealed);
      } catch (cause) {
        throw new DomainError('webhook_secret_lost', `The secret of webhook ${webhook} cannot be read.`, {
          fix: "The server's token-key was replaced: make a new secret with POST /api/webhook/:id/secret.",
          cause,
        });
      }
    },
  };
}
