import { selectedRemote } from '../livekit/logs/candidates.ts';
import type { LogFact } from '../livekit/logs/log-fact.ts';
import { pathOf, type RelayPlace } from '../livekit/logs/media-path.ts';
import type { Live } from '../modules/live/live.ts';
import type { MediaPath } from '../modules/participants/model.ts';

export interface LogFactsDeps {
  readonly live: Pick<Live, 'connected'>;
  readonly relay: RelayPlace;
  /** Whether this relay port of ours serves a client that came over TLS; the front knows. */
  readonly isTlsRelay: (port: number) => boolean;
}

/** Turns what livekit's log tells into how people are connected, and why others are not. */
export function createLogFacts({ live, relay, isTlsRelay }: LogFactsDeps): (fact: LogFact) => void {
  function mediaPath(candidates: Parameters<typeof selectedRemote>[0]): MediaPath | null {
    const remote = selectedRemote(candidates);
    if (!remote) return null;
    const path = pathOf(remote, relay);
    if (path !== 'turn') return path;
    return isTlsRelay(remote.port) ? 'turn-tls' : 'turn-udp';
  }

  return (fact) => {
    const { room, identity, participantSid: sid } = fact;
    if (room === undefined || identity === undefined || sid === undefined) return;
    if (fact.kind === 'participant_active') {
      const { candidates, connectMs } = fact;
      live.connected(
        { room, identity, sid },
        { path: mediaPath(candidates), connectMs, candidates: { candidates } },
      );
    }
  };
}
