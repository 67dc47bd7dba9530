import { type Permissions, TRACK_SOURCES, type TrackSource } from '../../access/permissions.ts';
import { actorOf, type Principal } from '../../access/principal.ts';
import { type Lowered, roleSet } from '../../access/roles.ts';
import type { Room } from '../rooms/model.ts';
import type { Microphones } from './microphones.ts';
import type { Participant, Silenced } from './model.ts';
import type { Finder, ModeratedRoom, ModerationDeps } from './moderation.ts';

const EVERYTHING: Lowered = { publish: TRACK_SOURCES, subscribe: true, data: true, except: [] };

/** What is left to everyone from now on; what isn't named stays as it is. */
export type Lowering = Partial<Omit<Permissions, 'hidden'>> & { readonly except?: readonly string[] };

/** What moderators do to all who don't moderate, at once: it holds for those who come later, until it is taken back. */
export function createEveryone(
  deps: ModerationDeps,
  { moderated, roleIn }: Finder,
  microphones: Microphones,
) {
  const { live, setLowered } = deps;

  /** Those in the room who don't moderate it, without the exceptions. */
  const covered = (room: ModeratedRoom, except: readonly string[]): Participant[] =>
    live
      .participants(room.name)
      .filter(
        ({ identity, permissions }) =>
          !permissions.hidden &&
          !except.includes(identity) &&
          !roleSet(roleIn(room, identity), room).moderate,
      );

  const after = (room: ModeratedRoom, change: Lowering): Lowered | null => {
    const next = { ...(room.lowered ?? EVERYTHING), ...change };
    const nothing =
      next.subscribe && next.data && TRACK_SOURCES.every((source) => next.publish.includes(source));
    return nothing ? null : next;
  };

  const publishable = (room: ModeratedRoom, microphone: boolean): TrackSource[] =>
    TRACK_SOURCES.filter((source) =>
      source === 'microphone' ? microphone : (room.lowered ?? EVERYTHING).publish.includes(source),
    );

  return {
    /** Mutes everyone's microphone; with `lock` nobody may use one until `unmuteAll`, who comes later included. */
    async muteAll(
      principal: Principal,
      name: string,
      { lock = false, except = [] }: { readonly lock?: boolean; readonly except?: readonly string[] },
    ): Promise<Silenced> {
      const room = moderated(principal, name);
      const speaking = covered(room, except).filter(({ tracks }) =>
        tracks.some(({ source, muted }) => source === 'microphone' && !muted),
      );
      const identities = speaking.map(({ identity }) => identity);
      const told = { kind: 'room.muted' as const, actor: actorOf(principal), data: { identities, lock } };
      const lowered = lock ? after(room, { publish: publishable(room, false), except }) : room.lowered;
      const shown = await setLowered(room, lowered, told);
      if (!lock) await Promise.all(speaking.map((participant) => microphones.mute(participant)));
      return { identities, room: shown };
    },

    /** Lifts the lock, and asks everyone whose microphone is off to unmute: none is opened by force. */
    async unmuteAll(principal: Principal, name: string): Promise<Silenced> {
      const room = moderated(principal, name);
      const asked = covered(room, []).filter(
        ({ tracks }) => !tracks.some(({ source, muted }) => source === 'microphone' && !muted),
      );
      const identities = asked.map(({ identity }) => identity);
      const told = { kind: 'room.unmuted' as const, actor: actorOf(principal), data: { identities } };
      const lowered = room.lowered && after(room, { publish: publishable(room, true) });
      const shown = await setLowered(room, lowered, told);
      await microphones.askToUnmute(name, identities);
      return { identities, room: shown };
    },

    /** Takes from everyone what isn't left. */
    lower(principal: Principal, name: string, change: Lowering): Promise<Room> {
      const room = moderated(principal, name);
      return setLowered(room, after(room, change), { kind: 'room.lowered', actor: actorOf(principal) });
    },

    /** Gives back all that was taken from everyone; what was decided about single people stays. */
    restore(principal: Principal, name: string): Promise<Room> {
      const room = moderated(principal, name);
      return setLowered(room, null, { kind: 'room.restored', actor: actorOf(principal) });
    },
  };
}
