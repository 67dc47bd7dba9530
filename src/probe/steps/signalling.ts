import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { ask, refusal } from '../http.ts';
import type { IceServer } from '../rtc/ice-server.ts';
import { joinRefused, openSignal } from '../rtc/signal.ts';
import type { Outcome } from '../step.ts';
import type { Ticket } from '../tickets.ts';
import type { Trust } from '../trust.ts';

export interface Welcome {
  readonly outcome: Outcome;
  /** What the server offers to clients whose packets don't get through directly. */
  readonly iceServers: readonly IceServer[];
}

/**
 * Whether the WebSocket comes through to livekit, which then says who it is and what it offers.
 *
 * @throws DomainError `refused` with the server's words, `signalling_failed`, `join_refused`
 */
export async function trySignalling(
  ticket: Ticket,
  trust: Trust,
  clock: Clock,
  timeoutMs: number,
): Promise<Welcome> {
  const welcome = Promise.withResolvers<Welcome>();
  const cancelLimit = clock.after(timeoutMs, () => welcome.reject(joinRefused('it said nothing')));
  try {
    const signal = await openSignal({
      ...ticket,
      trust,
      clock,
      timeoutMs,
      onMessage: (message) => {
        if (message.case !== 'join') return;
        const { serverVersion, iceServers } = message.value;
        const urls = iceServers.flatMap((server) => server.urls);
        const evidence = `livekit ${serverVersion}, offers ${urls.join(' and ') || 'no TURN'}`;
        welcome.resolve({ outcome: { evidence }, iceServers });
      },
      onClose: (why) => welcome.reject(joinRefused(why)),
    });
    return await welcome.promise.finally(() => signal.close());
  } catch (error) {
    throw (error instanceof DomainError && (await wordsOf(ticket, trust, timeoutMs))) || error;
  } finally {
    cancelLimit();
  }
}

/** A refused upgrade carries no reason; the plain path next to it does. */
async function wordsOf(
  { url, token }: Ticket,
  trust: Trust,
  timeoutMs: number,
): Promise<DomainError | undefined> {
  const plain = new URL('/rtc/validate', url.replace(/^ws/, 'http'));
  const answer = await ask(plain, { trust, token, timeoutMs });
  return answer.status === 200 ? undefined : refusal(answer, 'Signalling');
}
