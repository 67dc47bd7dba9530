import { isIP } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { turnTlsAllocation, turnUdpAllocation } from '../../network/stun/self-test.ts';
import type { MediaPath, Quality } from '../report.ts';
import { type Outcome, round } from '../step.ts';
import { resolve } from '../steps/dns.ts';
import type { Tickets } from '../tickets.ts';
import type { Trust } from '../trust.ts';
import { measureEcho } from './echo.ts';
import { type IceServer, type TurnServer, turnServerOf } from './ice-server.ts';
import { type Joining, joinRoom } from './participant.ts';
import { whyNot } from './why-not.ts';

/** A browser that can connect has done so long before. */
const CONNECT_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 5_000;

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
  const way = turn ? await allocate(path, turn, trust, clock) : 'direct';

  const both = [await tickets.take('asking'), await tickets.take('echoing')] as const;
  const start = performance.now();
  const [asking, echoing] = both.map((ticket) =>
    joinRoom({ ...ticket, path, trust, clock, timeoutMs: CONNECT_LIMIT_MS }),
  ) as [Joining, Joining];
  try {
    const [one, other] = await Promise.all([asking.connected, echoing.connected]).catch(async (cause) => {
      const candidates = asking.candidates();
      throw await whyNot({ path, candidates, serverAddresses, cause, clock, timeoutMs: ANSWER_LIMIT_MS });
    });
    const ms = performance.now() - start;
    if (!both.every(({ data }) => data)) {
      return { ms, evidence: `${way}; data is not allowed in this room, so none was sent` };
    }
    const quality = await measureEcho(one, other, clock);
    return { ms, quality, evidence: `${way}; ${describe(quality)}` };
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
  return `relayed by ${host} port ${port} at ${relayed.address}`;
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
  const loss = lossPercent === 0 ? 'none lost' : `${round(lossPercent)}% lost`;
  return `${packets} packets there and back, ${loss}, ${round(rttMs)} ms`;
}
