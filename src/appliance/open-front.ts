import type { Config } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { Front, FrontOptions } from '../network/front/contract.ts';
import { startFront } from '../network/front/front.ts';
import { REDIRECT_PORT, startRedirect } from '../network/front/tls/redirect.ts';
import { startTlsFront, type TlsFront } from '../network/front/tls/tls-front.ts';
import type { CertificateStore } from '../network/tls/certificate-store.ts';
import { createCertificates } from '../network/tls/certificates.ts';

/** No request of the API is longer. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface OpenFrontOptions extends Pick<FrontOptions, 'handle' | 'signalling' | 'log' | 'clock'> {
  readonly config: Config;
  /** The name or address by which clients dial the server. */
  readonly host: string;
  /** Undefined with TLS off. */
  readonly certificates: CertificateStore | undefined;
  /** livekit's plaintext TURN listener, while there is one. */
  readonly turnTarget: () => { readonly host: string; readonly port: number } | undefined;
  /** Where TURN/TLS is answered besides the port of all else; undefined without TURN/TLS. */
  readonly turnPort: number | undefined;
}

export interface OpenFront {
  readonly front: Front;
  /** The client for whom livekit relays on this port, if it came over TLS. */
  readonly clientOfRelay: (port: number) => string | undefined;
  readonly stop: (deadlineMs: number) => Promise<void>;
}

export interface CertificatesFor {
  readonly config: Config;
  readonly host: string;
  readonly addresses: readonly string[];
  /** The data directory. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The certificates that the configuration asks for; undefined with TLS off. */
export async function certificatesFor(options: CertificatesFor): Promise<CertificateStore | undefined> {
  const { config, ...rest } = options;
  return config.server.tls.mode === 'off'
    ? undefined
    : createCertificates({ config: config.server.tls, ...rest });
}

/** Opens what faces the network: one port, with TLS also 5349 for TURN and 80 for those who come without. */
export async function openFront(options: OpenFrontOptions): Promise<OpenFront> {
  const { config, certificates, handle, signalling, log, clock } = options;
  const { bind, port, trustedProxies } = config.server;
  const common = { bind, port, trustedProxies, handle, signalling, log, clock, maxBodyBytes: MAX_BODY_BYTES };
  if (certificates === undefined) {
    const front = await startFront(common);
    return { front, clientOfRelay: () => undefined, stop: (deadlineMs) => front.stop(deadlineMs) };
  }
  const front = await startTlsFront({
    ...common,
    certificates,
    turn: { target: options.turnTarget },
    turnPort: options.turnPort,
  });
  const redirect = await openRedirect(options, certificates, front);
  certificates.start();
  return {
    front,
    clientOfRelay: front.clientOfRelay,
    async stop(deadlineMs) {
      certificates.stop();
      await Promise.all([redirect?.stop(), front.stop(deadlineMs)]);
    },
  };
}

/** Only the standard HTTPS port has a port 80 beside it. Without it everything works but `http://` and http-01. */
async function openRedirect(options: OpenFrontOptions, certificates: CertificateStore, front: TlsFront) {
  const { config, host, clock, log } = options;
  if (config.server.port !== 443) return undefined;
  try {
    return await startRedirect({
      bind: config.server.bind,
      port: REDIRECT_PORT,
      host,
      httpsPort: front.port,
      httpChallenge: certificates.httpChallenge,
      clock,
      log,
    });
  } catch (error) {
    log.warn('port 80 could not be opened: http:// is not redirected', { error: messageOf(error) });
    return undefined;
  }
}
