import { type Candidate, parseCandidate } from './candidates.ts';
import { type LogLine, readLogLine } from './log-line.ts';

/** Whom a fact is about, as far as the line says. Times are milliseconds since the epoch. */
interface About {
  readonly at: number;
  readonly room?: string;
  readonly roomSid?: string;
  readonly identity?: string;
  readonly participantSid?: string;
}

export type ConnectionType = 'udp' | 'tcp' | 'turn' | 'unknown';

/** The client's own words about itself: SDK, its version, operating system, browser. */
export type ClientInfo = Readonly<Record<string, unknown>>;

interface Ice {
  readonly connectionType: ConnectionType;
  readonly candidates: readonly Candidate[];
}

/** What livekit's log alone tells: no webhook, metric or API call knows how a participant is connected. */
export type LogFact = About &
  (
    | ({
        readonly kind: 'participant_active';
        readonly connectMs: number;
        readonly client?: ClientInfo;
      } & Ice)
    /** ICE went over to another pair of candidates, or came back on the same. */
    | { readonly kind: 'pair_switched'; readonly local: Candidate; readonly remote: Candidate }
    /** Left, or was given up, before media ever flowed. */
    | ({ readonly kind: 'never_connected'; readonly reason: string; readonly client?: ClientInfo } & Ice)
    /** Media flowed and broke down soon after. */
    | ({ readonly kind: 'short_connection' } & Ice)
    | { readonly kind: 'turn_credential_expired' }
    | {
        readonly kind: 'participant_closing';
        readonly reason: string;
        readonly sessionMs: number;
        /** True when the client is expected to come back by itself. */
        readonly resumes: boolean;
      }
    | {
        readonly kind: 'webhook_failed';
        readonly event: string;
        readonly url: string;
        readonly error: string;
      }
  );

type Reader = (fields: LogLine['fields']) => Fact | undefined;
type Fact = DistributiveOmit<LogFact, keyof About>;
type DistributiveOmit<T, K extends keyof T> = T extends unknown ? Omit<T, K> : never;

const READERS: Readonly<Record<string, Reader>> = {
  'participant active': (fields) => ({
    kind: 'participant_active',
    connectMs: milliseconds(fields.connectTime),
    ...iceOf(fields),
    ...clientOf(fields),
  }),
  'ice reconnected or switched pair': ({ newPair }) => {
    const local = pairEnd(newPair, 'local');
    const remote = pairEnd(newPair, 'remote');
    return local && remote && { kind: 'pair_switched', local, remote };
  },
  'removing participant without connection': (fields) => ({
    kind: 'never_connected',
    reason: String(fields.reason),
    ...iceOf(fields),
    ...clientOf(fields),
  }),
  'short ice connection': (fields) => ({ kind: 'short_connection', ...iceOf(fields) }),
  'TURN credential expired': () => ({ kind: 'turn_credential_expired' }),
  'participant closing': (fields) => ({
    kind: 'participant_closing',
    reason: String(fields.reason),
    sessionMs: milliseconds(fields.sessionDuration),
    resumes: fields.isExpectedToResume === true,
  }),
  'failed to send webhook': ({ event, url, error }) => ({
    kind: 'webhook_failed',
    event: String(event),
    url: String(url),
    error: String(error),
  }),
};

const MESSAGE = /"msg":"([^"]*)"/;

/**
 * Reads a fact off a line of livekit-server's JSON log (1.11 to 1.13); undefined for all other lines, which are
 * told apart without parsing them: some are 30 kB long.
 */
export function parseLogLine(line: string): LogFact | undefined {
  const read = READERS[MESSAGE.exec(line)?.[1] ?? ''];
  if (read === undefined) return undefined;
  const parsed = readLogLine(line);
  const fact = parsed && read(parsed.fields);
  return fact && { ...aboutOf(parsed), ...fact };
}

function aboutOf({ at, fields }: LogLine): About {
  const { room, roomID, participant, participantID } = fields;
  return {
    at,
    ...(typeof room === 'string' && { room }),
    ...(typeof roomID === 'string' && { roomSid: roomID }),
    ...(typeof participant === 'string' && { identity: participant }),
    ...(typeof participantID === 'string' && { participantSid: participantID }),
  };
}

/** A client has a publisher connection, a subscriber connection, or both; one of them alone carries the type. */
function iceOf(fields: LogLine['fields']): Ice {
  const texts = [fields.publisherCandidates, fields.subscriberCandidates].filter(Array.isArray).flat();
  return {
    connectionType: connectionTypeOf(fields.connectionType),
    candidates: texts
      .map((text) => parseCandidate(String(text)))
      .filter((candidate) => candidate !== undefined),
  };
}

function connectionTypeOf(value: unknown): ConnectionType {
  return value === 'udp' || value === 'tcp' || value === 'turn' ? value : 'unknown';
}

function clientOf({ clientInfo }: LogLine['fields']): { readonly client?: ClientInfo } {
  return typeof clientInfo === 'object' && clientInfo !== null ? { client: clientInfo as ClientInfo } : {};
}

function pairEnd(pair: unknown, side: Candidate['side']): Candidate | undefined {
  if (typeof pair !== 'object' || pair === null) return undefined;
  const fields = pair as Record<string, unknown>;
  const [type, address] = [fields[`${side}CandidateType`], fields[`${side}Address`]];
  if (typeof type !== 'string' || typeof address !== 'string') return undefined;
  const protocol = fields[`${side}Protocol`] === 'tcp' ? 'tcp' : 'udp';
  return { side, protocol, type, address, port: Number(fields[`${side}Port`]) };
}

/** zap writes durations as seconds. */
function milliseconds(seconds: unknown): number {
  return Math.round(Number(seconds) * 1000) || 0;
}
