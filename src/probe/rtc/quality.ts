import { type Clock, wait } from '../../lib/clock.ts';
import type { Quality } from '../report.ts';
import type { Participant } from './participant.ts';

const PINGS = 50;
/** As many packets a second as a voice has. */
const GAP_MS = 20;

/**
 * Round trips and loss of a path, by ICE's own checks, which both ends answer at once and nobody sends again: data
 * channels are of no use for that, since werift always repeats what got lost.
 */
export async function measureQuality(participant: Participant, clock: Clock): Promise<Quality> {
  const pings: Promise<number | undefined>[] = [];
  for (let sent = 0; sent < PINGS; sent++) {
    pings.push(participant.ping());
    await wait(clock, GAP_MS);
  }
  const answered = (await Promise.all(pings)).filter((ms) => ms !== undefined);
  return {
    rttMs: median(answered),
    lossPercent: (100 * (PINGS - answered.length)) / PINGS,
    packets: PINGS,
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
