import { type Clock, wait } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Quality } from '../report.ts';
import type { Participant } from './participant.ts';

const TOPIC = 'didar.probe';
const PACKETS = 50;
const PACKET_GAP_MS = 20;
/** How long the last packets may be under way. */
const STRAGGLERS_MS = 1_000;
const FIRST_RETRY_MS = 200;
const FIRST_LIMIT_MS = 5_000;

/**
 * Sends data from one participant to the other and back, first until it goes through at all, then a stream without
 * retransmission for its loss and round trips. Each packet crosses the path four times: halved, its time is that of
 * one round trip.
 *
 * @throws DomainError `data_lost` when nothing comes back
 */
export async function measureEcho(asking: Participant, echoing: Participant, clock: Clock): Promise<Quality> {
  echoing.onData(({ from, topic, payload }) => {
    if (topic === TOPIC) echoing.send(payload, { to: from, topic, reliable: isFirst(payload) });
  });
  const sentAt: number[] = [];
  const roundTrips = new Map<number, number>();
  const first = Promise.withResolvers<void>();
  asking.onData(({ topic, payload }) => {
    if (topic !== TOPIC) return;
    if (isFirst(payload)) return first.resolve();
    const [number = 0] = payload;
    const sent = sentAt[number];
    if (sent !== undefined && !roundTrips.has(number)) roundTrips.set(number, performance.now() - sent);
  });

  await getThrough(asking, echoing, first.promise, clock);
  for (let number = 0; number < PACKETS; number++) {
    sentAt[number] = performance.now();
    asking.send(new Uint8Array([number]), { to: echoing.identity, topic: TOPIC, reliable: false });
    await wait(clock, PACKET_GAP_MS);
  }
  const last = performance.now();
  while (roundTrips.size < PACKETS && performance.now() - last < STRAGGLERS_MS)
    await wait(clock, PACKET_GAP_MS);
  return {
    rttMs: median([...roundTrips.values()]) / 2,
    lossPercent: (100 * (PACKETS - roundTrips.size)) / PACKETS,
    packets: PACKETS,
  };
}

/** The first packet has no number. A server passes data on only once it has seen both sides as active. */
function isFirst(payload: Uint8Array): boolean {
  return payload.length === 0;
}

async function getThrough(
  asking: Participant,
  echoing: Participant,
  answered: Promise<void>,
  clock: Clock,
): Promise<void> {
  let isAnswered = false;
  const done = answered.then(() => {
    isAnswered = true;
  });
  for (let waited = 0; !isAnswered && waited < FIRST_LIMIT_MS; waited += FIRST_RETRY_MS) {
    asking.send(new Uint8Array(), { to: echoing.identity, topic: TOPIC, reliable: true });
    await Promise.race([done, wait(clock, FIRST_RETRY_MS)]);
  }
  if (!isAnswered) {
    throw new DomainError('data_lost', 'The connection stands, but no data came back over it.', {
      fix: "See livekit's log at the server for these participants; the path may be too narrow.",
    });
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
