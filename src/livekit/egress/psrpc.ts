/**
 * What has to be known of LiveKit's RPC over Redis (psrpc) to find egress workers: the names of its channels and one
 * message, a request. Without a topic, as single clusters have none.
 * @see https://github.com/livekit/psrpc
 */

/** Who takes new requests listens here; a worker that shuts down does no more. */
export const START_CHANNEL = 'EgressInternal|StartEgress|REQ';

/** The process behind an egress listens here for the order to stop, for as long as it lives. */
export const stopChannel = (egressId: string) => `EgressHandler|StopEgress|${egressId}|REQ`;

/** Where workers offer to do what this client asked for. */
export const claimChannel = (clientId: string) => `EgressInternal|${clientId}|CLAIM`;

export interface StartRequest {
  readonly requestId: string;
  readonly clientId: string;
  /** Milliseconds since the epoch; who has no answer to its offer by then forgets the request. */
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly egressId: string;
  /** A RoomCompositeEgressRequest. */
  readonly roomComposite: Uint8Array;
}

/** A request to start an egress, as it stands on the bus: `Msg{type_url, value: Request}`. */
export function encodeStartRequest(start: StartRequest): Buffer {
  const payload = Buffer.concat([bytes(1, start.egressId), bytes(5, start.roomComposite)]);
  const request = Buffer.concat([
    bytes(1, start.requestId),
    bytes(2, start.clientId),
    number(3, nanoseconds(start.sentAt)),
    number(4, nanoseconds(start.expiresAt)),
    bytes(8, payload),
  ]);
  return Buffer.concat([bytes(1, 'type.googleapis.com/internal.Request'), bytes(2, request)]);
}

const nanoseconds = (ms: number) => BigInt(ms) * 1_000_000n;

/** A protobuf field of text or bytes (wire type 2). */
function bytes(field: number, value: string | Uint8Array): Buffer {
  const content = Buffer.from(value);
  return Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(content.length)), content]);
}

/** A protobuf field of an integer (wire type 0). */
function number(field: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(field * 8)), varint(value)]);
}

function varint(value: bigint): Buffer {
  const groups: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) groups.push(Number(rest & 127n) | 128);
  return Buffer.from([...groups, Number(rest)]);
}
