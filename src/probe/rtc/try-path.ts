import type { Clock } from '../../lib/clock.ts';
import type { MediaPath, Quality } from '../report.ts';
import { type Outcome, round } from '../step.ts';
import type { Tickets } from '../tickets.ts';
import type { Trust } from '../trust.ts';
import { allocate } from './allocate.ts';
import { echo } from './echo.ts';
import { type IceServer, turnServerOf } from './ice-server.ts';
import { type Joining, joinRoom } from './participant.ts';
import { measureQuality } from './quality.ts';
import { whyNot } from './why-not.ts';

/** livekit gives up after as long. */
const CONNECT_LIMIT_MS = 15_000;
const ANSWER_LIMIT_MS = 5_000;
/** There and back; half of it each way is what voice codecs can hide. */
const LOSS_LIMIT_PERCENT = 5;
const LOSS_FIX =
  'People here will hear and see the loss: look for a weak Wi-Fi, a full line, or a server at its limits.';

export interface PathTrial {
  readonly path: MediaPath;
  readonly tickets: Tickets;
  /** What the server offers, with credentials. */
  readonly iceServers: readonly IceServer[];
  readonly trust: Trust;
  readonly clock: Clock;
  /** What the server's name resolves to here. */
  readonly serverAddresses: readonly string[];
  /** Where it serves HTTP. */
  readonly serverPort: number;
}

/**
 * Two people join who can reach the server over this path alone, and send data to each other.
 *
 * @throws DomainError with what hindered it
 */
export async function tryPath(trial: PathTrial): Promise<Outcome> {
  const { path, tickets, iceServers, trust, clock, serverAddresses } = trial;
  const turn = turnServerOf(path, iceServers);
  if (turn === undefined && path.startsWith('turn')) return notOffered(path);
  const relay = turn && (await allocate(turn, trial));
  const way = relay ?? 'direct';

  const both = [await tickets.take('asking'), await tickets.take('echoing')] as const;
  const start = performance.now();
  const [asking, echoing] = both.map((ticket) =>
    joinRoom({ ...ticket, path, trust, clock, timeoutMs: CONNECT_LIMIT_MS }),
  ) as [Joining, Joining];
  try {
    const [one, other] = await Promise.all([asking.connected, echoing.connected]).catch(async (cause) => {
      const candidates = asking.candidates();
      throw await whyNot({
        path,
        candidates,
        serverAddresses,
        relay,
        cause,
        clock,
        timeoutMs: ANSWER_LIMIT_MS,
      });
    });
    const ms = performance.now() - start;
    const hasData = both.every(({ data }) => data);
    if (hasData) await echo(one, other, clock);
    const quality = await measureQuality(one, clock);
    const data = hasData ? 'data there and back' : 'data is not allowed in this room, so none was sent';
    const outcome = { ms, quality, evidence: `${way}; ${data}; ${describe(quality)}` };
    return quality.lossPercent <= LOSS_LIMIT_PERCENT
      ? outcome
      : { ...outcome, state: 'warning', fix: LOSS_FIX };
  } finally {
    await Promise.all([asking.close(), echoing.close()]);
  }
}

function notOffered(path: MediaPath): Outcome {
  return path === 'turn-tls'
    ? {
        state: 'skipped',
        evidence: 'the server offers no TURN over TLS',
        fix: 'Turn server.tls.mode and livekit.turn.enabled on, for people behind firewalls that let out nothing but 443.',
      }
    : {
        state: 'skipped',
        evidence: 'the server offers no TURN over UDP',
        fix: 'Turn livekit.turn.enabled on, for people whose network lets no media through directly.',
      };
}

function describe({ rttMs, lossPercent, packets }: Quality): string {
  const loss = lossPercent === 0 ? 'none' : `${round(lossPercent)}%`;
  return `round trip ${round(rttMs)} ms, ${loss} of ${packets} lost`;
}
