import {
  EgressInfo,
  ListEgressRequest,
  ListEgressResponse,
  type RoomCompositeEgressRequest,
  StopEgressRequest,
} from '@livekit/protocol';
import { DomainError } from '../../lib/errors.ts';
import { egressFromLiveKit, type LiveKitEgress } from './egress-entity.ts';
import { createTwirpClient, type TwirpCall, type TwirpOptions } from './twirp.ts';

const STOP_LIMIT_MS = 8_000;

/** LiveKit's Egress service in our words. */
export interface EgressApi {
  /** livekit-server itself would ask around for 22 s; where nobody answers within `limitMs`, no worker is there. */
  start(request: RoomCompositeEgressRequest, limitMs: number): Promise<LiveKitEgress>;
  /** Resolves when the worker has taken the order; its file comes later. */
  stop(id: string): Promise<void>;
  /** Those under way and those that ended lately, of one room or of all. */
  list(room?: string): Promise<LiveKitEgress[]>;
}

/**
 * @throws DomainError `egress_not_permitted`, `egress_no_redis`, `egress_no_worker`, `egress_worker_busy`,
 *   `egress_over`, or what `createTwirpClient` throws
 */
export function createEgressApi(options: TwirpOptions): EgressApi {
  const twirp = createTwirpClient(options);

  async function call<Answer>(what: Omit<TwirpCall<Answer>, 'service' | 'grant'>, room?: string) {
    try {
      const grant = { roomRecord: true, ...(room !== undefined && { room }) };
      return await twirp<Answer>({ ...what, service: 'Egress', grant });
    } catch (error) {
      throw egressError(error, what.method);
    }
  }

  return {
    async start(request, limitMs) {
      const info = await call(
        { method: 'StartRoomCompositeEgress', request, answer: EgressInfo, limitMs },
        request.roomName,
      );
      return egressFromLiveKit(info);
    },

    async stop(egressId) {
      const request = new StopEgressRequest({ egressId });
      await call({ method: 'StopEgress', request, answer: EgressInfo, limitMs: STOP_LIMIT_MS });
    },

    async list(room) {
      const request = new ListEgressRequest(room === undefined ? {} : { roomName: room });
      const { items } = await call({ method: 'ListEgress', request, answer: ListEgressResponse }, room);
      return items.map(egressFromLiveKit);
    },
  };
}

/** What LiveKit says of egress is told apart here; all else stays as it is. */
function egressError(error: unknown, method: string): unknown {
  if (!(error instanceof DomainError)) return error;
  if (method === 'StartRoomCompositeEgress' && error.details?.livekit === 'timeout') {
    return egressTrouble('egress_no_worker', error.message);
  }
  const said = String(error.details?.said ?? '');
  const known = TROUBLES.find(({ says }) => says.test(said));
  return known ? new DomainError(known.code, known.message, { fix: known.fix, cause: error }) : error;
}

const BUILTIN = 'or set recording.backend: builtin, which needs neither Redis nor a worker';

const TROUBLES = [
  {
    says: /permissions denied/,
    code: 'egress_not_permitted',
    message: 'The media server does not let our API key record: permissions denied (no roomRecord).',
    fix: 'Let livekit.apiKey be a full key of the media server, not one that something in between has cut down.',
  },
  {
    says: /egress not connected/,
    code: 'egress_no_redis',
    message: 'The media server has no Redis, over which it would speak to egress workers.',
    fix: `Give it one (livekit.redis, or redis: in its own livekit.yaml), ${BUILTIN}.`,
  },
  {
    says: /no response from servers/,
    code: 'egress_no_worker',
    message: 'No egress worker answered the media server.',
    fix: `Start livekit/egress on the same Redis, on a machine with 4 CPUs or more, ${BUILTIN}.`,
  },
  {
    says: /no servers available|not enough (?:cpu|resources|memory)|resources? exhausted/i,
    code: 'egress_worker_busy',
    message: 'No egress worker has CPU to spare: a room composite wants 4.',
    fix: `Give the workers 4 CPUs for each recording at a time, or wait for another one to end, ${BUILTIN}.`,
  },
  {
    says: /cannot be stopped|egress does not exist/,
    code: 'egress_over',
    message: 'This egress has ended already.',
    fix: 'Nothing has to be stopped.',
  },
] as const;

/** The same words where we found out by ourselves. */
export function egressTrouble(code: (typeof TROUBLES)[number]['code'], seen: string): DomainError {
  const { message, fix } = TROUBLES.find((trouble) => trouble.code === code) ?? TROUBLES[0];
  return new DomainError(code, `${message} ${seen}`, { fix });
}
