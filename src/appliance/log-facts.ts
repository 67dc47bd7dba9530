import { createRecentMap } from '../lib/recent-map.ts';
import { type Candidate, selectedRemote } from '../livekit/logs/candidates.ts';
import type { LogFact } from '../livekit/logs/log-fact.ts';
import { pathOf, type RelayPlace } from '../livekit/logs/media-path.ts';
import type { Live } from '../modules/live/live.ts';
import type { Failures } from '../modules/network/failures.ts';
import type { MediaPath } from '../modules/participants/model.ts';

/** Right after media came up, ICE still goes over to better pairs; and each transport tells of the same change. */
const SETTLING_MS = 5_000;
const KEPT_STAYS = 5_000;

type Connection = Parameters<Live['connected']>[1];

/** Someone whose media flows. */
interface Stay {
  readonly name: { readonly room: string; readonly identity: string; readonly sid: string };
  readonly connection: Connection;
  /** When its path was last found or changed, in milliseconds since the epoch. */
  readonly settledAt: number;
}

export interface LogFactsDeps {
  readonly live: Pick<Live, 'connected'>;
  readonly failures: Pick<Failures, 'note' | 'turnExpired'>;
  readonly relay: RelayPlace;
  /** Whether an identity still has a signalling connection; true where that can't be known. */
  readonly isThere: (room: string, identity: string) => boolean;
  /** Whether this relay port of ours serves a client that came over TLS; the front knows. */
  readonly isTlsRelay: (port: number) => boolean;
}

/** Turns what livekit's log tells into how people are connected, and why others are not. */
export function createLogFacts(deps: LogFactsDeps): (fact: LogFact) => void {
  const { live, failures, relay, isThere, isTlsRelay } = deps;
  const stays = createRecentMap<string, Stay>(KEPT_STAYS);

  function mediaPath(remote: Candidate | undefined): MediaPath | null {
    if (!remote) return null;
    const path = pathOf(remote, relay);
    if (path !== 'turn') return path;
    return isTlsRelay(remote.port) ? 'turn-tls' : 'turn-udp';
  }

  function keep(stay: Stay): void {
    stays.set(stay.name.sid, stay);
    live.connected(stay.name, stay.connection);
  }

  function switched(stay: Stay, fact: Extract<LogFact, { kind: 'pair_switched' }>): void {
    const { path, connectMs, reconnects } = stay.connection;
    const isSettled = fact.at - stay.settledAt > SETTLING_MS;
    const next = {
      path: mediaPath(fact.remote),
      connectMs,
      candidates: { candidates: [fact.local, fact.remote] },
      reconnects: isSettled ? reconnects + 1 : reconnects,
    };
    if (isSettled || next.path !== path) keep({ ...stay, connection: next, settledAt: fact.at });
  }

  return (fact) => {
    const { room, identity, participantSid: sid } = fact;
    if (sid === undefined) return;
    if (fact.kind === 'turn_credential_expired') failures.turnExpired(sid);
    if (room === undefined || identity === undefined) return;
    const name = { room, identity, sid };
    const stay = stays.get(sid);
    switch (fact.kind) {
      case 'participant_active': {
        const { candidates, connectMs, at } = fact;
        const path = mediaPath(selectedRemote(candidates));
        keep({
          name,
          connection: { path, connectMs, candidates: { candidates }, reconnects: 0 },
          settledAt: at,
        });
        break;
      }
      case 'pair_switched':
        if (stay) switched(stay, fact);
        break;
      case 'never_connected':
        failures.note(name, fact);
        break;
      case 'short_connection':
        // Whose signalling is gone too has closed the lid, or crashed: no failure of the path.
        if (isThere(room, identity)) failures.note(name, fact);
        break;
      case 'participant_closing':
        stays.delete(sid);
        break;
    }
  };
}
