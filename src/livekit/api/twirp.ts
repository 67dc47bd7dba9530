import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { createJwtSigner } from '../../lib/jwt.ts';
import type { LiveKitKey } from '../tokens/key.ts';

export interface TwirpOptions extends LiveKitKey {
  /** LiveKit's http(s) URL; undefined while it isn't up. */
  readonly url: () => string | undefined;
  /** Accepts any certificate. */
  readonly skipTLSVerify: boolean;
  readonly clock: Clock;
}

export interface TwirpCall<Answer> {
  readonly method: string;
  readonly request: { toBinary(): Uint8Array };
  readonly answer: { fromBinary(bytes: Uint8Array): Answer };
  /** What the one-call token allows, e.g. `{roomAdmin: true, room}`: LiveKit wants the exact room. */
  readonly grant: Readonly<Record<string, unknown>>;
}

const CALL_LIMIT_MS = 3_000;
const TOKEN_TTL_S = 60;
const CLOCK_SKEW_S = 10;

/**
 * Calls of LiveKit's RoomService. Not the SDK's client: it can't be told to accept a self-signed certificate, retries at
 * hosts of its own choosing, and writes to the console.
 *
 * @throws DomainError `livekit_unavailable`, `livekit_unauthorized`, `room_not_found`, `participant_not_found`,
 *   `track_not_found`, `livekit_refused`
 * @see https://twitchtv.github.io/twirp/docs/spec_v7.html
 */
export function createTwirpClient(options: TwirpOptions) {
  const sign = createJwtSigner(options.apiSecret);

  function authorization(grant: TwirpCall<unknown>['grant']): string {
    const now = Math.floor(options.clock.now() / 1000);
    return `Bearer ${sign({ iss: options.apiKey, nbf: now - CLOCK_SKEW_S, exp: now + TOKEN_TTL_S, video: grant })}`;
  }

  return async function call<Answer>(twirp: TwirpCall<Answer>): Promise<Answer> {
    const url = options.url();
    if (!url) throw unavailable('it is not running');
    let response: Response;
    try {
      response = await fetch(`${url.replace(/\/$/, '')}/twirp/livekit.RoomService/${twirp.method}`, {
        method: 'POST',
        headers: {
          authorization: authorization(twirp.grant),
          'content-type': 'application/protobuf',
        },
        body: new Uint8Array(twirp.request.toBinary()),
        signal: AbortSignal.timeout(CALL_LIMIT_MS),
        ...(options.skipTLSVerify && { tls: { rejectUnauthorized: false } }),
      });
      if (response.ok) return twirp.answer.fromBinary(new Uint8Array(await response.arrayBuffer()));
    } catch (error) {
      throw unreachable(error);
    }
    throw await refusal(response);
  };
}

function unavailable(reason: string, fix?: string, cause?: unknown): DomainError {
  return new DomainError('livekit_unavailable', `The media server doesn't answer: ${reason}.`, {
    fix: fix ?? 'Try again in a few seconds; if it stays so, run "didar doctor".',
    cause,
  });
}

function unreachable(error: unknown): DomainError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return unavailable(`no answer within ${CALL_LIMIT_MS / 1000} s`, undefined, error);
  }
  const text = messageOf(error);
  const fix = /certificate|self.signed|ERR_TLS/i.test(text)
    ? 'Set livekit.skipTLSVerify: true, or have the machine trust the certificate authority.'
    : undefined;
  return unavailable(text.replace(/\.$/, ''), fix, error);
}

async function refusal(response: Response): Promise<DomainError> {
  const { code, msg } = await twirpError(response);
  if (response.status === 401 || response.status === 403) {
    return new DomainError('livekit_unauthorized', `The media server refused our API key: ${msg}.`, {
      fix: "Check livekit.apiKey and livekit.apiSecret against the media server's keys, and both clocks.",
    });
  }
  if (code === 'not_found') return notFound(msg);
  if (response.status >= 500) return unavailable(msg);
  return new DomainError('livekit_refused', `The media server refused: ${msg}.`, {
    details: { livekit: code },
  });
}

function notFound(message: string): DomainError {
  if (message.includes('participant')) {
    return new DomainError('participant_not_found', 'No such participant is in this room.', {
      fix: 'They may have left; look at the list of participants.',
    });
  }
  if (message.includes('track'))
    return new DomainError('track_not_found', 'This track is no longer published.');
  return new DomainError('room_not_found', 'This room is not live.');
}

async function twirpError(response: Response): Promise<{ code: string; msg: string }> {
  const text = await response.text().catch(() => '');
  try {
    const { code, msg } = JSON.parse(text) as { code?: unknown; msg?: unknown };
    return { code: String(code), msg: String(msg) };
  } catch {
    return { code: 'unknown', msg: text.slice(0, 200).trim() || `HTTP status ${response.status}` };
  }
}
