import { Ping } from '@livekit/protocol';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError } from '../../../lib/errors.ts';
import {
  connectSignalling,
  type FromServer,
  rtcUrl,
  type SignallingClient,
} from '../../../network/signalling/signalling-client.ts';

const ABOUT = { auto_subscribe: '1', sdk: 'unknown', version: '1.0.0' };
const CONNECT_LIMIT_MS = 10_000;
const PING_EVERY_MS = 5_000;
const SILENCE_LIMIT_MS = 15_000;

export interface SignallingOptions {
  /** ws:// or wss://, as clients are given it. */
  readonly url: string;
  readonly token: string;
  readonly skipTLSVerify?: boolean;
  readonly clock: Clock;
  readonly onMessage: (message: FromServer) => void;
  /** The connection is gone, unasked: it was closed, or nothing has come over it for too long. */
  readonly onClose: (reason: string) => void;
}

/**
 * Opens LiveKit's signalling, and watches that it lives.
 *
 * @throws `recorder_refused` when LiveKit does not accept the token, `livekit_unreachable` when nothing answers
 */
export async function openSignalling(options: SignallingOptions): Promise<SignallingClient> {
  const { url, token, skipTLSVerify, clock } = options;
  let heardAt = clock.now();
  let endPings: (() => void) | undefined;
  const client = await connectSignalling({
    url,
    token,
    about: ABOUT,
    tls: { rejectUnauthorized: skipTLSVerify !== true },
    clock,
    timeoutMs: CONNECT_LIMIT_MS,
    onMessage(message) {
      heardAt = clock.now();
      if (message.case !== 'pongResp') options.onMessage(message);
    },
    onClose(why) {
      endPings?.();
      options.onClose(why);
    },
  }).catch(async (error: unknown) => {
    throw (await refusal(options)) ?? error;
  });
  const close = () => {
    endPings?.();
    client.close();
  };
  endPings = clock.every(PING_EVERY_MS, () => {
    if (clock.now() - heardAt > SILENCE_LIMIT_MS) {
      close();
      options.onClose('livekit has not answered for 15 s');
    } else client.send({ case: 'pingReq', value: new Ping({ timestamp: BigInt(clock.now()) }) });
  });
  return { send: client.send, close };
}

/** A WebSocket does not say why it was not opened: LiveKit does, when it is asked by HTTP. */
async function refusal({ url, token, skipTLSVerify }: SignallingOptions): Promise<DomainError | undefined> {
  const address = rtcUrl(url, 'rtc/validate').href.replace(/^ws/, 'http');
  try {
    const answer = await fetch(address, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(CONNECT_LIMIT_MS),
      tls: { rejectUnauthorized: skipTLSVerify !== true },
    });
    if (answer.ok || answer.status >= 500) return undefined;
    return new DomainError(
      'recorder_refused',
      `livekit refuses the recorder: ${(await answer.text()).trim()}`,
      {
        fix: 'check livekit.apiKey and livekit.apiSecret',
      },
    );
  } catch {
    return undefined; // not there at all, which the caller knows already
  }
}
