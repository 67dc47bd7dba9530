import {
  changePermissions,
  type Permissions,
  samePermissions,
  TRACK_SOURCES,
  withoutSource,
} from '../../access/permissions.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import { DomainError } from '../../lib/errors.ts';
import type { EventKind } from '../events/model.ts';
import type { Participant } from './model.ts';
import type { Finder, ModeratedRoom, ModerationDeps } from './moderation.ts';

/** Data messages by which the server asks a client for something it may not do itself. */
const REQUEST_TOPIC = 'didar.request';

interface Told {
  readonly kind: EventKind;
  readonly actor: string;
}

export interface Unmuted {
  readonly state: 'done' | 'requested';
  readonly participant: Participant;
}

/** Mute, unmute and permissions: what someone may do in the room, now and at the next join. */
export function createRights(deps: ModerationDeps, { moderated, present }: Finder) {
  const { live, livekit, grants, entitlements, events } = deps;

  const now = (participant: Participant): Participant =>
    live.participant(participant.room, participant.identity) ?? participant;

  /** With the participant as of now: who left in the meantime must not come back to life in someone's view. */
  function tell(room: ModeratedRoom, identity: string, event: Told, more = {}, change = {}): void {
    const participant = live.participant(room.name, identity) ?? null;
    events.record({ ...event, room: room.name, identity, data: { participant, ...more }, ...change });
  }

  /** Stores what they may do from now on, where it differs from their role's, and has LiveKit do it. */
  async function grant(
    room: ModeratedRoom,
    participant: Participant,
    permissions: Permissions,
    event: Told,
  ): Promise<Participant> {
    const { identity } = participant;
    const ofRole = entitlements.ofRole(room, participant);
    const publish = TRACK_SOURCES.filter((source) => permissions.publish.includes(source));
    const next = { ...permissions, publish };
    const before = permitted(room, participant);
    events.inTransaction(() => {
      if (samePermissions(next, ofRole)) grants.clear(room.id, identity);
      else grants.set(room.id, identity, next);
      tell(room, identity, event, { permissions: next }, { before, after: next });
    });
    const change = entitlements.of(room, participant);
    live.changed(room.name, await livekit.updateParticipant(room.name, identity, change));
    return now(participant);
  }

  const permitted = (room: ModeratedRoom, participant: Participant): Permissions =>
    entitlements.own(room, participant).permissions;

  /** False when the media server doesn't do it: unmuting from afar is off there. */
  async function setMuted(participant: Participant, trackSid: string, muted: boolean): Promise<boolean> {
    const { room, identity } = participant;
    try {
      await livekit.mutePublishedTrack(room, identity, trackSid, muted);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'track_not_found') return true;
      if (!muted && error instanceof DomainError && error.code === 'livekit_refused') return false;
      throw error;
    }
    live.muted(room, identity, trackSid, muted);
    return true;
  }

  const microphones = ({ tracks }: Participant) => tracks.filter(({ source }) => source === 'microphone');

  return {
    /** Mutes the microphone; with `lock` it may not be published again until `unmute`. */
    async mute(principal: Principal, name: string, identity: string, lock: boolean): Promise<Participant> {
      const room = moderated(principal, name, identity);
      const participant = await present(name, identity);
      const event = { kind: 'participant.muted' as const, actor: actorOf(principal) };
      if (lock) {
        const silent = withoutSource(permitted(room, participant), 'microphone');
        return grant(room, participant, silent, event);
      }
      for (const { sid, muted } of microphones(participant)) {
        if (!muted) await setMuted(participant, sid, true);
      }
      tell(room, identity, event);
      return now(participant);
    },

    /** Lifts the lock, and unmutes where the media server does that; otherwise the client is asked to. */
    async unmute(principal: Principal, name: string, identity: string): Promise<Unmuted> {
      const room = moderated(principal, name, identity);
      let participant = await present(name, identity);
      const event = { kind: 'participant.unmuted' as const, actor: actorOf(principal) };
      if (!permitted(room, participant).publish.includes('microphone')) {
        const before = permitted(room, participant);
        const unlocked = { ...before, publish: [...before.publish, 'microphone' as const] };
        participant = await grant(room, participant, unlocked, event);
      } else {
        tell(room, identity, event);
      }
      const tracks = microphones(participant);
      let done = tracks.length > 0;
      for (const { sid, muted } of tracks) {
        if (muted && !(await setMuted(participant, sid, false))) done = false;
      }
      if (!done) await livekit.sendData(name, [identity], REQUEST_TOPIC, { type: 'unmute' });
      return { state: done ? 'done' : 'requested', participant: now(participant) };
    },

    async change(
      principal: Principal,
      name: string,
      identity: string,
      change: Partial<Permissions>,
    ): Promise<Participant> {
      const room = moderated(principal, name, identity);
      const participant = await present(name, identity);
      const next = changePermissions(permitted(room, participant), change);
      const event = { kind: 'participant.permissions' as const, actor: actorOf(principal) };
      return grant(room, participant, next, event);
    },
  };
}
