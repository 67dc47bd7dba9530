import { connect } from 'node:net';
import type { Logger } from '../../../lib/log.ts';
import { decodeXorAddress } from '../../stun/address.ts';
import { ATTRIBUTE, attributeOf, decodeMessage, TYPE } from '../../stun/message.ts';
import { splice } from './splice.ts';
import type { Arrival } from './terminator.ts';

/** Allocations are refreshed every few minutes (RFC 8656, section 3.2): this silent, a client is gone. */
const IDLE_LIMIT_MS = 15 * 60_000;
/** The answers before an allocation: a challenge, perhaps a stale nonce. */
const WATCH_MAX_BYTES = 4096;

export interface TurnOptions {
  /** livekit's plaintext TURN listener; undefined while there is none. */
  readonly target: () => { readonly host: string; readonly port: number } | undefined;
}

/** Carries decrypted TURN to livekit, and tells which relayed ports belong to clients that came over TLS. */
export function createTurnDoor(options: TurnOptions & { readonly log: Logger }) {
  const { target, log } = options;
  const relayed = new Map<number, string>();

  return {
    /** The client that livekit relays for on this port, if it came through here. */
    clientOfRelay: (port: number) => relayed.get(port),
    deliver({ socket, address }: Arrival): void {
      const to = target();
      if (to === undefined) {
        socket.destroy();
        return;
      }
      socket.setTimeout(IDLE_LIMIT_MS, () => socket.destroy());
      const inner = connect({ ...to, noDelay: true }, () => {
        watchAllocation(inner, (port) => {
          relayed.set(port, address);
          inner.on('close', () => relayed.delete(port));
        });
        splice(socket, inner);
      });
      inner.on('error', (error) => {
        log.warn("livekit's TURN listener cannot be reached", { error, ...to });
        socket.destroy();
      });
      socket.on('close', () => inner.destroy());
    },
  };
}

/** Reads along until the first allocation succeeds; after that the bytes are none of our business. */
function watchAllocation(inner: NodeJS.ReadableStream, found: (relayPort: number) => void): void {
  let seen = Buffer.alloc(0);
  inner.on('data', function onData(chunk: Buffer) {
    seen = Buffer.concat([seen, chunk]);
    for (let message = decodeMessage(seen); message; message = decodeMessage(seen)) {
      const value = attributeOf(message, ATTRIBUTE.xorRelayedAddress);
      if (message.type === TYPE.allocateSuccess && value) {
        const relay = decodeXorAddress(value, message.transaction);
        if (relay) found(relay.port);
        inner.off('data', onData);
        return;
      }
      seen = seen.subarray(20 + seen.readUInt16BE(2));
    }
    if (seen.length > WATCH_MAX_BYTES) inner.off('data', onData);
  });
}
