import type { EventRecorder } from '../events/events.ts';

/**
 * Who speaks, where it is known: LiveKit tells it to those in a room alone, so that only a recorder can tell us. In
 * memory only, and on the stream only: it changes several times a second.
 */
export interface Speaking {
  /** All who speak in the room now; undefined when it isn't known any more. */
  tell(room: string, identities: readonly string[] | undefined): void;
  /** Null: not known. */
  of(room: string, identity: string): boolean | null;
}

export function createSpeaking({ events }: { events: Pick<EventRecorder, 'publish'> }): Speaking {
  const known = new Map<string, ReadonlySet<string>>();
  return {
    tell(room, identities) {
      if (identities === undefined ? !known.delete(room) : sameAs(known.get(room), identities)) return;
      if (identities) known.set(room, new Set(identities));
      const data = { speaking: identities ? [...identities] : null };
      events.publish({ kind: 'speaking.changed', actor: 'livekit', room, data });
    },
    of: (room, identity) => known.get(room)?.has(identity) ?? null,
  };
}

function sameAs(before: ReadonlySet<string> | undefined, now: readonly string[]): boolean {
  return before?.size === now.length && now.every((identity) => before.has(identity));
}
