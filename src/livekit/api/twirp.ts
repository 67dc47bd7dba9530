import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { createJwtSigner } from '../../lib/jwt.ts';
import { noTracer, type Tracer } from '../../lib/tracing/tracer.ts';
import type { LiveKitKey } from '../tokens/key.ts';

export interface TwirpOptions extends LiveKitKey {
  /** LiveKit's http(s) URL; undefined while it isn't up. */
  readonly url: () => string | undefined;
  /** Accepts any certificate. */
  readonly skipTLSVerify: boolean;
  readonly clock: Clock;
  /** Follows calls that something else that is followed makes. */
  readonly tracer?: Tracer;
}

export interface TwirpCall<Answer> {
  /** RoomService when left out. */
  readonly service?: 'Egress';
  readonly method: string;
  readonly request: { toBinary(): Uint8Array };
  readonly answer: { fromBinary(bytes: Uint8Array): Answer };
  /** What the one-call token allows, e.g. `{roomAdmin: true, room}`: LiveKit wants the exact room. */
  readonly grant: Readonly<Record<string, unknown>>;
  /** Milliseconds; 3 s when left out. */
  readonly limitMs?: number;
}

const CALL_LIMIT_MS = 3_000;
const TOKEN_TTL_S = 60;
const CLOCK_SKEW_S = 10;

/**
 * Calls of LiveKit's services. Not the SDK's client: it can't be told to accept a self-signed certificate, retries at
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

  const { tracer = noTracer } = options;

  return <Answer>(twirp: TwirpCall<Answer>): Promise<Answer> =>
    tracer.within({ name: `livekit ${twirp.method}`, kind: 'client' }, () => call(twirp));

  async function call<Answer>(twirp: TwirpCall<Answer>): Promise<Answer> {
    const url = options.url();
    if (!url) throw unavailable('it is not running');
    const { service = 'RoomService', method, limitMs = CALL_LIMIT_MS } = twirp;
    let response: Response;
    try {
      response = await fetch(`${url.replace(/\/$/, '')}/twirp/livekit.${service}/${method}`, {
        method: 'POST',
        headers: {
          authorization: authorization(twirp.grant),
          'content-type': 'application/protobuf',
        },
        body: new Uint8Array(twirp.request.toBinary()),
        signal: AbortSignal.timeout(limitMs),
        ...(options.skipTLSVerify && { tls: { rejectUnauthorized: false } }),
      });
      if (response.ok) return twirp.answer.fromBinary(new Uint8Array(await response.arrayBuffer()));
    } catch (error) {
      throw unreachable(error, limitMs);
    }
    throw await refusal(response);
  }
}

/** What LiveKit itself said, for those who know more of the call. */
const saidBy = (code: string, said: string) => ({ livekit: code, said });

function unavailable(reason: string, options: DomainError['options'] = {}): DomainError {
  return new DomainError('livekit_unavailable', `The media server doesn't answer: ${reason}.`, {
    fix: 'Try again in a few seconds; if it stays so, run "didar doctor".',
    ...options,
  });
}

function unreachable(cause: unknown, limitMs: number): DomainError {
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return unavailable(`no answer within ${limitMs / 1000} s`, { cause, details: saidBy('timeout', '') });
  }
  const text = messageOf(cause);
  const isDistrust = /certificate|self.signed|ERR_TLS/i.test(text);
  return unavailable(text.replace(/\.$/, ''), {
    cause,
    ...(isDistrust && {
      fix: 'Set livekit.skipTLSVerify: true, or have the machine trust the certificate authority.',
    }),
  });
}

async function refusal(response: Response): Promise<DomainError> {
  const { code, msg } = await twirpError(response);
  const details = saidBy(code, msg);
  if (response.status === 401 || response.status === 403) {
    return new DomainError('livekit_unauthorized', `The media server refused our API key: ${msg}.`, {
      fix: "Check livekit.apiKey and livekit.apiSecret against the media server's keys, and both clocks.",
      details,
    });
  }
  if (code === 'not_found') return notFound(msg);
  if (response.status >= 500) return unavailable(msg, { details });
  return new DomainError('livekit_refused', `The media server refused: ${msg}.`, { details });
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
