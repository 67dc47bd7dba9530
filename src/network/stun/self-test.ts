import { createHash } from 'node:crypto';
import { decodeXorAddress, type TransportAddress } from './address.ts';
import {
  ATTRIBUTE,
  attributeOf,
  encodeMessage,
  hasIntegrity,
  newTransaction,
  type StunMessage,
  TYPE,
} from './message.ts';
import { stunError } from './stun-error.ts';
import { openTlsExchange, type TlsTarget } from './tls-exchange.ts';
import { type Exchange, type ExchangeTarget, openUdpExchange } from './udp-exchange.ts';

const UDP_PROTOCOL = 17;
const UNAUTHORIZED = 401;
/** pion, livekit's TURN server, answers 400 where RFC 8489 says 401: the signature does not fit. */
const BAD_CREDENTIALS: readonly (number | undefined)[] = [400, UNAUTHORIZED];

export interface BindingResult {
  /** Our address as the server sees it. */
  readonly mapped: TransportAddress;
  readonly rttMs: number;
}

export interface AllocationResult extends BindingResult {
  /** Where the server relays for us. */
  readonly relayed: TransportAddress;
}

export interface TurnCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * A STUN binding over UDP (RFC 8489): how a server sees us.
 *
 * @throws DomainError `stun_no_answer`, `stun_unreachable` or `stun_bad_answer`
 */
export async function stunBinding(target: ExchangeTarget): Promise<BindingResult> {
  return bind(await openUdpExchange(target));
}

/**
 * A STUN binding over TLS: whether a TURN server answers there. It may see a front's address rather than ours.
 *
 * @throws DomainError as `stunBinding`, and `tls_untrusted`
 */
export async function stunTlsBinding(target: TlsTarget): Promise<BindingResult> {
  return bind(await openTlsExchange(target));
}

async function bind(exchange: Exchange): Promise<BindingResult> {
  try {
    const transaction = newTransaction();
    const start = performance.now();
    const { message } = await exchange.ask(
      encodeMessage({ type: TYPE.bindingRequest, transaction, attributes: [] }),
    );
    const rttMs = performance.now() - start;
    return { mapped: addressIn(message, ATTRIBUTE.xorMappedAddress), rttMs };
  } finally {
    exchange.close();
  }
}

/**
 * A TURN allocation over UDP (RFC 8656), given back at once.
 *
 * @throws DomainError as `stunBinding`, and `turn_unauthorized` or `turn_refused`
 */
export async function turnUdpAllocation(target: ExchangeTarget & TurnCredentials): Promise<AllocationResult> {
  return allocate(await openUdpExchange(target), target);
}

/**
 * A TURN allocation over TLS, given back at once.
 *
 * @throws DomainError as `turnUdpAllocation`, and `tls_untrusted`
 */
export async function turnTlsAllocation(target: TlsTarget & TurnCredentials): Promise<AllocationResult> {
  return allocate(await openTlsExchange(target), target);
}

/** The first request learns realm and nonce from its refusal; the second one counts; RFC 8489, section 9.2. */
async function allocate(exchange: Exchange, credentials: TurnCredentials): Promise<AllocationResult> {
  try {
    const transport: [number, Buffer] = [ATTRIBUTE.requestedTransport, Buffer.from([UDP_PROTOCOL, 0, 0, 0])];
    const start = performance.now();
    const challenge = await exchange.ask(
      encodeMessage({ type: TYPE.allocateRequest, transaction: newTransaction(), attributes: [transport] }),
    );
    const rttMs = performance.now() - start;
    const signed = signer(challenge.message, credentials);
    const answer = await exchange.ask(signed.encode(TYPE.allocateRequest, [transport]));
    if (answer.message.type !== TYPE.allocateSuccess) throw refusal(answer.message);
    if (!hasIntegrity(answer.bytes, signed.key)) throw badAnswer('its signature is wrong');
    const result = {
      mapped: addressIn(answer.message, ATTRIBUTE.xorMappedAddress),
      relayed: addressIn(answer.message, ATTRIBUTE.xorRelayedAddress),
      rttMs,
    };
    await exchange.ask(signed.encode(TYPE.refreshRequest, [[ATTRIBUTE.lifetime, Buffer.alloc(4)]]));
    return result;
  } finally {
    exchange.close();
  }
}

/** Signs requests with a long-term credential for the realm of the server's challenge. */
function signer(challenge: StunMessage, { username, password }: TurnCredentials) {
  const realm = attributeOf(challenge, ATTRIBUTE.realm);
  const nonce = attributeOf(challenge, ATTRIBUTE.nonce);
  if (errorCodeOf(challenge) !== UNAUTHORIZED || realm === undefined || nonce === undefined) {
    throw refusal(challenge);
  }
  const key = createHash('md5').update(`${username}:${realm}:${password}`).digest();
  return {
    key,
    encode: (type: number, attributes: readonly (readonly [number, Buffer])[]) =>
      encodeMessage(
        {
          type,
          transaction: newTransaction(),
          attributes: [
            ...attributes,
            [ATTRIBUTE.username, Buffer.from(username)],
            [ATTRIBUTE.realm, realm],
            [ATTRIBUTE.nonce, nonce],
          ],
        },
        key,
      ),
  };
}

function addressIn(message: StunMessage, attribute: number): TransportAddress {
  const value = attributeOf(message, attribute);
  const address = value && decodeXorAddress(value, message.transaction);
  if (address === undefined) throw badAnswer('it tells no address');
  return address;
}

/** Class and number make the code: 4 and 1 are 401. */
function errorCodeOf(message: StunMessage): number | undefined {
  const value = attributeOf(message, ATTRIBUTE.errorCode);
  return value === undefined || value.length < 4 ? undefined : (value[2] ?? 0) * 100 + (value[3] ?? 0);
}

function refusal(message: StunMessage) {
  const code = errorCodeOf(message);
  const text = attributeOf(message, ATTRIBUTE.errorCode)?.subarray(4).toString() ?? '';
  const told = `${code} ${text}`.trim();
  if (BAD_CREDENTIALS.includes(code)) {
    return stunError(
      'turn_unauthorized',
      `The TURN server refused the credentials (${told}).`,
      'Check that both sides use the same key and secret, and that their clocks agree.',
    );
  }
  if (code === undefined) return badAnswer(`its type is 0x${message.type.toString(16)}`);
  return stunError(
    'turn_refused',
    `The TURN server refused an allocation (${told}).`,
    "See livekit's log; for code 486 or 508 widen livekit.turn.relayPorts.",
  );
}

function badAnswer(why: string) {
  return stunError(
    'stun_bad_answer',
    `The answer is not what a STUN server says: ${why}.`,
    'Check what listens on the port.',
  );
}
