import { type Clock, wait } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import type { Participant } from './participant.ts';

const TOPIC = 'didar.probe';
const RETRY_MS = 200;
const LIMIT_MS = 5_000;

/**
 * Sends data from one participant to the other and back. A server passes data on only once it has seen both as active,
 * so it is sent again until then.
 *
 * @throws DomainError `data_lost` when nothing comes back
 */
export async function echo(asking: Participant, echoing: Participant, clock: Clock): Promise<void> {
  echoing.onData(({ from, topic, payload }) => {
    if (topic === TOPIC) echoing.send(payload, { to: from, topic });
  });
  let isBack = false;
  const back = new Promise<void>((resolve) => {
    asking.onData(({ topic }) => {
      if (topic !== TOPIC) return;
      isBack = true;
      resolve();
    });
  });
  for (let waited = 0; !isBack && waited < LIMIT_MS; waited += RETRY_MS) {
    asking.send(new Uint8Array(), { to: echoing.identity, topic: TOPIC });
    await Promise.race([back, wait(clock, RETRY_MS)]);
  }
  if (isBack) return;
  throw new DomainError('data_lost', 'The connection stands, but no data came back over it.', {
    fix: "See livekit's log at the server for these participants; the path may be too narrow.",
  });
}
