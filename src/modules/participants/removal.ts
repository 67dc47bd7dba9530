import { actorOf, type Principal } from '../../access/principal.ts';
import { DomainError } from '../../lib/errors.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { Denial } from '../rooms/model.ts';
import { isGuest } from './identity.ts';
import type { Participant } from './model.ts';
import type { Finder, ModeratedRoom, ModerationDeps } from './moderation.ts';

export interface Removal {
  readonly identity: string;
  readonly denial: Denial;
  readonly addressUntil: string | null;
}

/** How long an address is kept out: it may be a whole family's, or someone else's tomorrow. */
const ADDRESS_DENIED_MS = 10 * 60_000;
const ADDRESS_BANNED_MS = 24 * 3_600_000;

/** Kick and ban: first kept out, then removed, so that there is no moment for coming back. */
export function createRemoval(deps: ModerationDeps, { moderated, look, present }: Finder) {
  const { denials, events, addresses, clock, putOut, drop } = deps;

  async function remove(room: string, identity: string, reason: string): Promise<void> {
    try {
      await putOut(room, identity, reason);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'livekit_unavailable')
        throw keptOutOnly(identity, error);
      throw error;
    }
  }

  async function out(
    principal: Principal,
    room: ModeratedRoom,
    target: { readonly identity: string; readonly participant: Participant | undefined },
    how: { readonly kind: 'kick' | 'ban'; readonly reason?: string; readonly address?: boolean },
  ): Promise<Removal> {
    const { identity, participant } = target;
    const by = actorOf(principal);
    const known = (how.address ?? isGuest(identity)) ? addresses.of(room.name, identity) : undefined;
    const forMs = how.address ? ADDRESS_BANNED_MS : ADDRESS_DENIED_MS;
    const address = known === undefined ? undefined : { address: known, until: clock.now() + forMs };
    const denial = events.inTransaction(() => {
      const before = denials.denied(room.id, identity) ?? null;
      const created = denials.create({
        room,
        kind: how.kind,
        identity,
        name: participant?.name ?? null,
        address,
        by,
      });
      events.record({
        kind: how.kind === 'kick' ? 'participant.kicked' : 'participant.banned',
        actor: by,
        room: room.name,
        identity,
        data: { participant: participant ?? null, denial: created, reason: how.reason ?? null },
        before,
        after: created,
      });
      return created;
    });
    if (participant) await remove(room.name, identity, how.kind === 'kick' ? 'kicked' : 'banned');
    else drop(room.name, identity);
    return { identity, denial, addressUntil: address ? toTimestamp(address.until) : null };
  }

  return {
    /** Takes someone out who may be there, with their connections; keeps nobody out. */
    remove,

    /** Removes someone who is in the room, and keeps them out until the denial is lifted. */
    async kick(principal: Principal, name: string, identity: string, reason?: string): Promise<Removal> {
      const room = moderated(principal, name, identity);
      const participant = await present(name, identity);
      return out(principal, room, { identity, participant }, { kind: 'kick', reason });
    },

    /** The same for someone who need not be there; `address` says whether guests from theirs are kept out too. */
    async ban(
      principal: Principal,
      name: string,
      identity: string,
      how: { readonly reason?: string; readonly address?: boolean } = {},
    ): Promise<Removal> {
      const room = moderated(principal, name, identity);
      const participant = await look(name, identity);
      return out(principal, room, { identity, participant }, { kind: 'ban', ...how });
    },
  };
}

function keptOutOnly(identity: string, cause: DomainError): DomainError {
  return new DomainError(
    'livekit_unavailable',
    `"${identity}" is kept out from now on, but could not be removed yet: the media server doesn't answer.`,
    { fix: 'Nothing more to do: they are removed as soon as it answers again.', cause },
  );
}
