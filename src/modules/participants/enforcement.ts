import { samePermissions } from '../../access/permissions.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { Denials } from '../denials/denials.ts';
import type { Live } from '../live/live.ts';
import type { StandingOf } from '../rooms/standing.ts';
import type { DecisionOf } from '../waiting/model.ts';
import type { Entitlements } from './entitlement.ts';
import { isOurs } from './identity.ts';
import type { LoginMarks } from './login-marks.ts';
import type { Participant } from './model.ts';
import type { ModeratedRoom } from './moderation.ts';
import type { PutOut } from './put-out.ts';

/** A room of a hundred is in line well within a second. */
const UPDATES_AT_ONCE = 10;

export interface EnforcementDeps {
  readonly denials: Pick<Denials, 'denied'>;
  /** What a moderator said in this meeting to someone in the waiting room. */
  readonly decisionOf: DecisionOf;
  readonly entitlements: Entitlements;
  readonly standingOf: StandingOf;
  readonly rooms: { byName(name: string): ModeratedRoom | undefined };
  readonly livekit: Pick<LiveKitApi, 'updateParticipant'>;
  readonly live: Pick<Live, 'participant' | 'participants' | 'rooms' | 'changed'>;
  readonly putOut: PutOut;
  readonly loginMarks: Pick<LoginMarks, 'of'>;
  readonly log: Logger;
}

/** Brings those who are in a room in line with what is decided. Nothing here throws: what fails is tried when they are seen again. */
export interface Enforcement {
  /**
   * Someone is seen in a room, as everyone is again and again. Clients can get past the gate (an external livekit,
   * `livekit.bind: 0.0.0.0`) or hold a token from before something changed.
   */
  seen(participant: Participant): void;
  /** What the room gives its roles was changed. */
  room(room: ModeratedRoom): Promise<void>;
  /** Someone's membership was changed: they are out where only members may be, else what they are now. */
  member(room: ModeratedRoom, identity: string): Promise<void>;
  /** An account was disabled or deleted: it is in no room any more. */
  ended(userId: string): Promise<void>;
  /** One login of a user was ended: who came by it is out. */
  loginEnded(userId: string, mark: string): Promise<void>;
}

export function createEnforcement(deps: EnforcementDeps): Enforcement {
  const { denials, decisionOf, entitlements, standingOf, rooms, livekit, live, putOut, loginMarks, log } =
    deps;
  const underWay = new Set<string>();

  async function attempt(what: string, { room, identity }: Participant, run: () => Promise<void>) {
    try {
      await run();
    } catch (error) {
      if (error instanceof DomainError && error.code === 'participant_not_found') return;
      log.warn(what, { room, identity, error: messageOf(error) });
    }
  }

  const remove = (participant: Participant, reason: string) =>
    attempt('someone who is kept out could not be removed', participant, () =>
      putOut(participant.room, participant.identity, reason),
    );

  /** What is to be done about someone; undefined when all is as it should be. */
  function due(room: ModeratedRoom, participant: Participant): (() => Promise<void>) | undefined {
    const { identity, role, permissions } = participant;
    if (room.state === 'closed') return () => remove(participant, 'room_closed');
    if (denials.denied(room.id, identity)) return () => remove(participant, 'kept_out');
    if (decisionOf(room.id, identity) === 'refused') return () => remove(participant, 'refused');
    if (standingOf(room.id, identity)?.ended) return () => remove(participant, 'user_ended');
    // A recorder hears what it hears.
    if (permissions.hidden && !isOurs(identity)) return undefined;
    const next = entitlements.of(room, participant);
    if (next.role === role && samePermissions(next.permissions, permissions)) return undefined;
    return () =>
      attempt("someone's permissions could not be set", participant, async () =>
        live.changed(room.name, await livekit.updateParticipant(room.name, identity, next)),
      );
  }

  async function all(what: readonly (() => Promise<void>)[]): Promise<void> {
    for (let next = 0; next < what.length; next += UPDATES_AT_ONCE) {
      await Promise.all(what.slice(next, next + UPDATES_AT_ONCE).map((run) => run()));
    }
  }

  const staysOf = (userId: string) =>
    live.rooms().flatMap(({ name }) => live.participant(name, userId) ?? []);

  return {
    seen(participant) {
      const { room: name, sid } = participant;
      const room = rooms.byName(name);
      const run = room && due(room, participant);
      if (!run || underWay.has(sid)) return;
      underWay.add(sid);
      void run().finally(() => underWay.delete(sid));
    },

    room: (room) => all(live.participants(room.name).flatMap((participant) => due(room, participant) ?? [])),

    async member(room, identity) {
      const participant = live.participant(room.name, identity);
      if (!participant) return;
      const standing = standingOf(room.id, identity);
      const mayStay = room.access === 'public' || standing?.member || standing?.admin;
      if (mayStay) await due(room, participant)?.();
      else await remove(participant, 'member_removed');
    },

    ended: (userId) => all(staysOf(userId).map((stay) => () => remove(stay, 'user_ended'))),

    loginEnded: (userId, mark) =>
      all(
        staysOf(userId)
          .filter(({ room }) => loginMarks.of(room, userId) === mark)
          .map((stay) => () => remove(stay, 'login_ended')),
      ),
  };
}
