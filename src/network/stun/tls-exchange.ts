import { isIP } from 'node:net';
import { connect, rootCertificates, type TLSSocket } from 'node:tls';
import { messageOf } from '../../lib/errors.ts';
import { decodeMessage, HEADER_BYTES } from './message.ts';
import { stunError } from './stun-error.ts';
import { type Exchange, type ExchangeTarget, noAnswer, unreachable } from './udp-exchange.ts';

export interface TlsTarget extends ExchangeTarget {
  /** The name the certificate must be for, as clients dial it. */
  readonly servername: string;
  /** PEM of an authority to trust besides the usual ones. */
  readonly ca?: string;
  /** Whether to go on with a certificate that nobody vouches for; a client would not. */
  readonly insecure?: boolean;
}

/**
 * STUN over TLS, as `turns:` clients speak it.
 *
 * @throws DomainError `stun_unreachable`, `stun_no_answer` or `tls_untrusted`
 */
export async function openTlsExchange(target: TlsTarget): Promise<Exchange> {
  const { address, port, timeoutMs, clock } = target;
  const place = `${address} port ${port}/tcp (TLS)`;
  const socket = await open(target, place);
  let pending = Buffer.alloc(0);
  let receive: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    receive();
  });
  socket.on('error', (error) => fail(error));
  socket.on('close', () => fail(new Error('the connection was closed')));

  function ask(request: Buffer): ReturnType<Exchange['ask']> {
    return new Promise((resolve, reject) => {
      const cancelLimit = clock.after(timeoutMs, () => reject(noAnswer(place, timeoutMs)));
      fail = (cause) => {
        cancelLimit();
        reject(
          stunError(
            'stun_unreachable',
            `${place} broke off: ${messageOf(cause)}.`,
            'Something other than a TURN server may have answered: check what listens on the port.',
            cause,
          ),
        );
      };
      receive = () => {
        const message = decodeMessage(pending);
        if (message === undefined) return;
        const length = HEADER_BYTES + pending.readUInt16BE(2);
        const bytes = pending.subarray(0, length);
        pending = pending.subarray(length);
        if (!message.transaction.equals(request.subarray(8, HEADER_BYTES))) return;
        cancelLimit();
        resolve({ message, bytes });
      };
      socket.write(request);
    });
  }

  return {
    ask,
    close() {
      fail = () => undefined;
      socket.destroy();
    },
  };
}

function open(target: TlsTarget, place: string): Promise<TLSSocket> {
  const { address, port, servername, ca, insecure = false, timeoutMs, clock } = target;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port,
      ...(isIP(servername) === 0 ? { servername } : {}),
      ...(ca === undefined ? {} : { ca: [ca, ...rootCertificates] }),
      rejectUnauthorized: !insecure,
    });
    const cancel = clock.after(timeoutMs, () => {
      socket.destroy();
      reject(noAnswer(place, timeoutMs));
    });
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      cancel();
      socket.destroy();
      reject(isCertificateError(cause) ? untrusted(place, cause) : unreachable(place, cause));
    });
    socket.once('secureConnect', () => {
      cancel();
      resolve(socket);
    });
  });
}

function isCertificateError(error: NodeJS.ErrnoException): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ISSUER/.test(error.code ?? '');
}

function untrusted(place: string, cause: unknown) {
  return stunError(
    'tls_untrusted',
    `${place} shows a certificate that clients refuse: ${messageOf(cause)}.`,
    'Use a certificate for this name from an authority that clients trust, or have them trust yours.',
    cause,
  );
}
