import {
  changePermissions,
  type Permissions,
  samePermissions,
  TRACK_SOURCES,
  withoutSource,
} from '../../access/permissions.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import type { EventKind } from '../events/model.ts';
import type { Microphones } from './microphones.ts';
import type { Participant } from './model.ts';
import type { Finder, ModeratedRoom, ModerationDeps } from './moderation.ts';

interface Told {
  readonly kind: EventKind;
  readonly actor: string;
}

export interface Unmuted {
  readonly state: 'done' | 'requested';
  readonly participant: Participant;
}

/** Mute, unmute and permissions: what someone may do in the room, now and at the next join. */
export function createRights(deps: ModerationDeps, { moderated, present }: Finder, microphones: Microphones) {
  const { live, livekit, grants, entitlements, events, setLowered } = deps;

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

  /** Who is given something is no longer covered by what was taken from everyone. */
  async function excepted(room: ModeratedRoom, { identity }: Participant, actor: string) {
    if (!room.lowered || room.lowered.except.includes(identity)) return room;
    const lowered = { ...room.lowered, except: [...room.lowered.except, identity] };
    await setLowered(room, lowered, { kind: 'room.lowered', actor });
    return { ...room, lowered };
  }

  /** False when they were asked to do it themselves. */
  async function opened(participant: Participant): Promise<boolean> {
    const done = await microphones.unmute(participant);
    if (!done) await microphones.askToUnmute(participant.room, [participant.identity]);
    return done;
  }

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
      const before = { microphone: microphones.state(participant) };
      await microphones.mute(participant);
      tell(room, identity, event, {}, { before, after: { microphone: 'off' } });
      return now(participant);
    },

    /** Lifts the lock, and unmutes where the media server does that; otherwise the client is asked to. */
    async unmute(principal: Principal, name: string, identity: string): Promise<Unmuted> {
      const event = { kind: 'participant.unmuted' as const, actor: actorOf(principal) };
      const asked = moderated(principal, name, identity);
      let participant = await present(name, identity);
      const room = await excepted(asked, participant, event.actor);
      if (!permitted(room, participant).publish.includes('microphone')) {
        const before = permitted(room, participant);
        const unlocked = { ...before, publish: [...before.publish, 'microphone' as const] };
        participant = await grant(room, participant, unlocked, event);
        const done = await opened(participant);
        return { state: done ? 'done' : 'requested', participant: now(participant) };
      }
      const before = { microphone: microphones.state(participant) };
      const done = await opened(participant);
      tell(room, identity, event, {}, { before, after: { microphone: done ? 'on' : 'asked' } });
      return { state: done ? 'done' : 'requested', participant: now(participant) };
    },

    async change(
      principal: Principal,
      name: string,
      identity: string,
      change: Partial<Permissions>,
    ): Promise<Participant> {
      const asked = moderated(principal, name, identity);
      const participant = await present(name, identity);
      const room = await excepted(asked, participant, actorOf(principal));
      const next = changePermissions(permitted(room, participant), change);
      const event = { kind: 'participant.permissions' as const, actor: actorOf(principal) };
      return grant(room, participant, next, event);
    },
  };
}
