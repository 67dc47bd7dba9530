import type { RoomRole } from '../../access/principal.ts';
import type { Database } from '../../db/open.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { LiveKitWebhook } from '../../livekit/webhook/webhook.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Participant } from '../participants/model.ts';
import { createChanges } from './changes.ts';
import { createComparison } from './comparison.ts';
import { createConnections } from './connections.ts';
import { createControl, type LiveControl } from './control.ts';
import { createFacts } from './facts.ts';
import type { LiveState } from './live-state.ts';
import { createReconcile } from './reconcile.ts';
import { createRegistry, type Session } from './registry.ts';
import { createLiveRepo } from './repo.ts';

const WEBHOOKS_REMEMBERED_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

export interface LiveDeps {
  readonly db: Pick<Database, 'orm'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly livekit: Pick<LiveKitApi, 'listRooms' | 'listParticipants'>;
  readonly rooms: { byName(name: string): { readonly id: string } | undefined };
  /** The microphone of this person was locked by a moderator. */
  readonly isMicLocked: (room: string, person: { identity: string; role: RoomRole }) => boolean;
  /** The room as the API shows it, for events; undefined when it is gone. */
  readonly describeRoom: (name: string) => unknown;
  /** Why the media of a stay did not come through, as far as livekit's log tells; by default nothing is known. */
  readonly causeOf?: (sid: string) => { readonly cause: string; readonly fix: string } | undefined;
  /** Called for everyone who is seen in a room of ours, again and again. Must not throw. */
  readonly onPresent: (participant: Participant) => void;
}

export interface Live extends LiveState, LiveControl {
  /** Takes in one webhook; a repeated one changes nothing. Throws when the database doesn't take it. */
  webhook(webhook: LiveKitWebhook): void;
  /** Asks LiveKit and repairs the state. Rejects when LiveKit can't be asked. */
  reconcile(): Promise<void>;
  /** The same for one room, at once. */
  look(room: string): Promise<void>;
  /**
   * livekit-server ended, or was ended: whatever is open, in memory and in the database, is over. For our own child
   * also at the start of this process; with an external server the first reconcile tells what is still there.
   */
  markAllGone(reason: string): void;
  start(): void;
  stop(): void;
}

/** The in-memory truth about who is where, with its history in the database. */
export function createLive(deps: LiveDeps): Live {
  const { db, events, clock, log, livekit, rooms, isMicLocked, describeRoom, onPresent } = deps;
  const { causeOf = () => undefined } = deps;
  const registry = createRegistry();
  const repo = createLiveRepo(db);
  const connections = createConnections();
  const roomIdOf = (name: string) => rooms.byName(name)?.id;
  const step = (run: () => void) => registry.step(events.inTransaction, run);
  const changes = createChanges({
    registry,
    repo,
    events,
    clock,
    connections,
    causeOf,
    describeRoom,
    isMicLocked,
  });
  const doubt = (room: string) => reconcile.doubt(room);
  const applyFact = createFacts({ registry, repo, changes, roomIdOf, doubt });
  const comparison = createComparison({ registry, repo, changes, roomIdOf, doubt, now: clock.now });
  const reconcile = createReconcile({
    registry,
    comparison,
    livekit,
    step,
    clock,
    log,
    onCompared: (session) => {
      for (const participant of registry.participants(session.name)) present(session, participant);
    },
  });
  const control = createControl({ registry, changes, connections, clock, step });
  let cancelPrune: (() => void) | undefined;

  function present(session: Session | undefined, participant: Participant | undefined): void {
    if (!session?.roomId || !participant) return;
    onPresent(participant);
  }

  function prune(): void {
    repo.forgetWebhooksBefore(clock.now() - WEBHOOKS_REMEMBERED_MS);
  }

  return {
    room: registry.room,
    rooms: registry.rooms,
    participants: registry.participants,
    participant: registry.participant,
    counts: registry.counts,
    totals: registry.totals,
    ...control,

    webhook({ id, fact }) {
      step(() => {
        if (repo.rememberWebhook(id, clock.now())) applyFact(fact);
      });
      if (fact.kind !== 'participant_joined') return;
      const { room, participant } = fact;
      present(registry.session(room.name), registry.participant(room.name, participant.identity));
    },

    reconcile: reconcile.pass,
    look: reconcile.look,

    markAllGone(reason) {
      step(() => {
        for (const session of registry.sessions()) {
          registry.end(session.sid);
          changes.finished(session, reason);
        }
        comparison.forgotten(reason);
      });
    },

    start() {
      prune();
      cancelPrune ??= clock.every(PRUNE_EVERY_MS, prune);
      reconcile.start();
    },

    stop() {
      cancelPrune?.();
      cancelPrune = undefined;
      reconcile.stop();
    },
  };
}
