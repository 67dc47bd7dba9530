import { DomainError, messageOf } from '../../../lib/errors.ts';
import { type Check, failed, failedBy, type Outcome, ok, skipped, warning } from '../../check.ts';
import { reachUrl } from '../../reach-url.ts';
import { modeOf, type Subject } from '../../subject.ts';

/** Tokens are good from the second they are made: who checks them may not be behind by more. */
const SKEW_LIMIT_S = 30;

/** Rows 9, 10, 14, 15 and 18: DNS, TCP, TLS, HTTP and our key, in that order, and the first that fails. */
export const apiCheck: Check = {
  id: 'livekit.api',
  title: "livekit-server's API answers and takes our key",
  async run(subject) {
    const url = urlOf(subject);
    if (url === undefined) return skipped('No livekit-server is up here; see "The media server is up".');
    const { external, skipTLSVerify } = subject.config.livekit;
    const key = external ? 'livekit.internalHost' : 'livekit.port';
    const reached = await reachUrl({ url, skipTLSVerify, clock: subject.clock });
    const tried = reached.steps.join(', ');
    if (reached.problem !== undefined) {
      const { step, message, fix } = reached.problem;
      return failed(`${url}: ${tried === '' ? '' : `${tried}, then `}${step}: ${message}`, {
        trouble: step === 'TLS' ? 'self-signed' : 'livekit-disconnected',
        key: step === 'TLS' ? 'livekit.skipTLSVerify' : key,
        fix,
      });
    }
    const skew = reached.skewSeconds;
    if (skew !== undefined && Math.abs(skew) > SKEW_LIMIT_S) {
      return warning(`${url}: its clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} ours.`, {
        trouble: 'clock-skew',
      });
    }
    const refused = await tryKey(subject);
    if (refused !== undefined) return { ...refused, evidence: `${url}: ${tried}, then ${refused.evidence}` };
    return ok(`${url}: ${tried}${subject.running ? ', our key is accepted' : ''}.`);
  },
};

function urlOf(subject: Subject): string | undefined {
  const { config, running } = subject;
  return modeOf(subject) === 'external' ? config.livekit.internalHost : running?.media.url();
}

/** One authenticated call; undefined when it went well. */
async function tryKey({ running }: Subject): Promise<Outcome | undefined> {
  if (running === undefined) return undefined;
  try {
    await running.livekit.listRooms();
    return undefined;
  } catch (error) {
    const isRefusal =
      (error instanceof DomainError && /unauth|permission|401/i.test(error.code)) ||
      /401|unauth|invalid (?:api key|token)/i.test(messageOf(error));
    return isRefusal
      ? failed(`the API key: ${messageOf(error)}`, { trouble: 'api-key-unknown' })
      : failedBy(error, { trouble: 'livekit-disconnected' });
  }
}
