import { isIP } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { reachOf } from '../../network/addresses/classify.ts';
import { turnTlsAllocation, turnUdpAllocation } from '../../network/stun/self-test.ts';
import type { MediaPath, Quality } from '../report.ts';
import { type Outcome, round } from '../step.ts';
import { resolve } from '../steps/dns.ts';
import type { Tickets } from '../tickets.ts';
import type { Trust } from '../trust.ts';
import { echo } from './echo.ts';
import { type IceServer, type TurnServer, turnServerOf } from './ice-server.ts';
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
  const relay = turn && (await allocate(path, turn, trust, clock));
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

/** Asked apart from ICE, since ICE tells only that it failed. */
async function allocate(path: MediaPath, turn: TurnServer, trust: Trust, clock: Clock): Promise<string> {
  const { host, port, username, credential: password } = turn;
  const [address = host] = isIP(host) ? [host] : await resolve(host, clock, ANSWER_LIMIT_MS);
  const common = { address, port, username, password, timeoutMs: ANSWER_LIMIT_MS, clock };
  const { relayed } =
    path === 'turn-tls'
      ? await turnTlsAllocation({ ...common, servername: host, ...trust })
      : await turnUdpAllocation(common);
  if (reachOf(relayed.address) === 'unspecified') throw noRelayAddress(relayed.address);
  return `relayed by ${host} port ${port} at ${relayed.address}`;
}

/** What clients ask for when they don't name a family is IPv4 (RFC 8656, section 5); no browser names one. */
function noRelayAddress(address: string): DomainError {
  return new DomainError('path_failed', `The TURN server relays from ${address}, which is no address.`, {
    fix: 'Give the server an IPv4 address (livekit.nodeIP): relays are made over IPv4.',
  });
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
