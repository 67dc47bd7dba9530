import { DomainError } from '../../../lib/errors.ts';
import { newId } from '../../../lib/ids.ts';
import { type Check, failed, ok, skipped } from '../../check.ts';
import { modeOf, type RunningServer, type Subject } from '../../subject.ts';

const LIMIT_MS = 3_000;
/** No room of ours may be called so: names have no underscore. */
const PREFIX = 'didar_doctor';

/** Rows 21 and 22: livekit-server tells us at once who comes and goes. */
export const webhooksCheck: Check = {
  id: 'livekit.webhooks',
  title: "livekit-server's webhooks reach us",
  async run(subject) {
    const { running, clock } = subject;
    if (running === undefined) return skipped('No didar runs here.');
    if (running.media.status().state !== 'ready') return skipped('The media server is not up.');
    const start = performance.now();
    const arrival = await roundTrip(running, newId(PREFIX, clock.now()));
    if (arrival.kind === 'came') {
      return ok(
        `A room was made and removed, and we were told after ${Math.round(performance.now() - start)} ms.`,
      );
    }
    const seen = `A room was made and removed, and within ${LIMIT_MS / 1000} s`;
    if (arrival.kind === 'refused') {
      return failed(`${seen} only a webhook came that we refused: ${arrival.reason}`, {
        trouble: 'webhook-failed',
        fix: linesToAdd(subject, running),
      });
    }
    return modeOf(subject) === 'embedded'
      ? failed(`${seen} no webhook came.`, {
          trouble: 'webhook-failed',
          fix: 'See livekit\'s log for "failed to send webhook": a proxy in the environment or a firewall on loopback.',
        })
      : failed(`${seen} no webhook came: who comes and goes is seen late, by asking.`, {
          trouble: 'webhook-missing',
          fix: linesToAdd(subject, running),
        });
  },
};

async function roundTrip({ livekit, webhookAbout }: RunningServer, name: string) {
  const arrival = webhookAbout(name, LIMIT_MS);
  await livekit.createRoom({ name, emptyTimeout: 1, departureTimeout: 1, maxParticipants: 1 });
  // On a busy machine its second is over before that: it is gone either way.
  await livekit.deleteRoom(name).catch((error: unknown) => {
    if (!(error instanceof DomainError && error.code === 'room_not_found')) throw error;
  });
  return arrival;
}

/** For the configuration of a livekit-server that we don't write, ready to paste. */
function linesToAdd({ config }: Subject, { webhookUrl, apiKey }: RunningServer): string {
  const where = config.livekit.configPath ?? "that server's livekit.yaml";
  return `Add to ${where}, with a URL that it reaches us by, and restart it:\nwebhook:\n  urls:\n    - ${webhookUrl}\n  api_key: ${apiKey}`;
}
