import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { MediaServer, MediaServerStatus } from './media-server.ts';

const PROBE_EVERY_MS = 2_000;
const PROBE_LIMIT_MS = 5_000;

export interface ExternalOptions {
  /** `livekit.internalHost`. */
  readonly url: string;
  readonly skipTLSVerify: boolean;
  /** One authenticated call; throws what the API client throws. */
  readonly checkCredentials: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Watches a livekit-server that somebody else runs: it is ready while it answers and takes our key. */
export function externalMediaServer({
  url,
  skipTLSVerify,
  checkCredentials,
  clock,
  log,
}: ExternalOptions): MediaServer {
  let status: MediaServerStatus = { state: 'starting', restarts: 0 };
  const listeners = new Set<(status: MediaServerStatus) => void>();
  let endProbing = (): void => undefined;
  let probing: Promise<void> | undefined;

  function become(next: MediaServerStatus): void {
    const changed = next.state !== status.state || next.reason !== status.reason;
    status = next.state === 'ready' && status.state === 'ready' ? status : next;
    if (!changed) return;
    if (next.state === 'ready') log.info('the external livekit-server is ready', { url });
    else log.warn('the external livekit-server is not usable', { url, reason: next.reason, fix: next.fix });
    for (const listener of listeners) listener(status);
  }

  async function probe(): Promise<void> {
    try {
      const answer = await fetch(url, {
        signal: AbortSignal.timeout(PROBE_LIMIT_MS),
        tls: { rejectUnauthorized: !skipTLSVerify },
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`GET ${url} answered ${answer.status}`);
      await checkCredentials();
      become({ state: 'ready', restarts: 0, readyAt: clock.now() });
    } catch (error) {
      become({ state: 'unreachable', restarts: 0, reason: messageOf(error), fix: fixFor(error) });
    }
  }

  return {
    mode: 'external',
    missing: [],
    version: () => undefined,
    url: () => (status.state === 'ready' ? url : undefined),
    status: () => status,
    metrics: () => undefined,
    onChange: (listener) => void listeners.add(listener),
    lastLines: () => [],
    async start() {
      await probe();
      endProbing = clock.every(PROBE_EVERY_MS, () => {
        probing ??= probe().finally(() => {
          probing = undefined;
        });
      });
    },
    async stop() {
      endProbing();
      await probing;
      become({ state: 'stopped', restarts: 0 });
    },
  };
}

function fixFor(error: unknown): string {
  const text = messageOf(error);
  if (/certificate|self.signed/i.test(text))
    return 'Set livekit.skipTLSVerify: true, or trust the CA that signed it.';
  if (/401|unauthenticated|permission/i.test(text))
    return 'Check livekit.apiKey and livekit.apiSecret against the keys of that server.';
  return 'Check livekit.internalHost, that the server runs, and firewalls between: didar doctor.';
}
