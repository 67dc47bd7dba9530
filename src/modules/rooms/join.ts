import { refuseRejected } from '../../access/decide.ts';
import { type Passage, passage } from '../../access/enter.ts';
import type { Permissions } from '../../access/permissions.ts';
import type { Principal } from '../../access/principal.ts';
import { effectivePermissions } from '../../access/roles.ts';
import type { Clock } from '../../lib/clock.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { Tracer } from '../../lib/tracing/tracer.ts';
import type { JoinGrant } from '../../livekit/tokens/join-token.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import type { EventRecorder } from '../events/events.ts';
import type { Invites } from '../invites/invites.ts';
import type { LiveState } from '../live/live-state.ts';
import type { WaitingRoom } from '../waiting/waiting-room.ts';
import { type Arrival, createArrivals } from './arrival.ts';
import type { Members } from './members.ts';
import type { JoinAnswer, JoinRequest, JoinWaiting } from './model.ts';
import { refusalOf } from './refusals.ts';
import type { RoomPasswords } from './room-passwords.ts';
import type { Rooms } from './service.ts';

export interface JoinDeps {
  readonly rooms: Pick<Rooms, 'forJoin'>;
  readonly members: Pick<Members, 'invited'>;
  readonly invites: Pick<Invites, 'present' | 'use'>;
  readonly waiting: Pick<WaitingRoom, 'decisionOf' | 'wait' | 'admitUnasked'>;
  readonly passwords: RoomPasswords;
  readonly events: Pick<EventRecorder, 'inTransaction'>;
  readonly live: LiveState;
  readonly clock: Clock;
  /** Milliseconds a join token is good for. */
  readonly ttl: number;
  readonly guestsAllowed: boolean;
  readonly sign: (grant: JoinGrant) => string;
  readonly guests: {
    /** A token by which this guest comes back as the same one. */
    sign(identity: string, name: string): string;
    /** Undefined for one that is forged or too old. */
    verify(token: string): { identity: string; name: string } | undefined;
  };
  /** Names a login where others may read it. */
  readonly loginMarkOf: (loginId: string) => string;
  readonly isDenied: (roomId: string, identity: string, address: string | undefined) => boolean;
  /** From where a guest joined, in case that the guest is kicked. */
  readonly remember: (room: string, identity: string, address: string) => void;
  /** Whether the room's media is being stored right now. */
  readonly isRecorded: (room: string) => boolean;
  /** Everyone is to agree to being recorded, whatever the room says. */
  readonly consent: boolean;
  readonly grantOf: (roomId: string, identity: string) => Permissions | undefined;
  /** Throws `server_draining` or `livekit_unavailable` while nobody can be let in. */
  readonly assertOpen: () => void;
  /** Shows what a join waits for. */
  readonly tracer: Pick<Tracer, 'within'>;
  /** The ws(s):// URL for a client that reached us by this request. */
  readonly urlFor: (request: Request, client: ClientInfo) => string;
}

export type Join = (
  principal: Principal,
  body: JoinRequest,
  request: Request,
  client: ClientInfo,
) => Promise<JoinAnswer | JoinWaiting>;

/** Decides whether this person may come in, and signs exactly what they may do there; or tells where to wait. */
export function createJoin(deps: JoinDeps): Join {
  const { members, invites, waiting, passwords, events, live, clock, ttl } = deps;
  const { sign, isDenied, grantOf, assertOpen, urlFor, tracer } = deps;
  const { door, arrive } = createArrivals(deps);

  /** What the door says as of now. */
  function pass(arrival: Arrival, address: string | undefined, password: Password): Passage {
    const { room, identity, role, invite, vouched } = arrival;
    const present = live.participant(room.name, identity) !== undefined;
    return passage(door(room), role, {
      // Other guests behind a denied address who are in already may come back.
      denied: isDenied(room.id, identity, present ? undefined : address),
      present,
      decision: waiting.decisionOf(room.id, identity),
      vouched,
      invited: invite !== undefined,
      password,
    });
  }

  /** They come in: the invitation is used, and what it makes of them is stored. */
  function enter(principal: Principal, { room, identity, name, invite, vouched }: Arrival): void {
    const asks = vouched && room.approval;
    if (!invite && !asks) return;
    events.inTransaction(() => {
      if (invite) {
        const why = invites.use(room, invite.id, { identity, name });
        if (why !== undefined) throw refusalOf('invite_invalid', room, why);
        if (principal.kind === 'user') members.invited(room, principal, invite);
      }
      if (asks) waiting.admitUnasked(room, { identity, name }, principal);
    });
  }

  function wait({ room, identity, name, role, guest }: Arrival): JoinWaiting {
    const { ticket } = waiting.wait(room, { identity, name, role });
    return {
      state: 'waiting',
      room: room.name,
      identity,
      name,
      role,
      ticket,
      streamUrl: `/api/room/${room.name}/wait?ticket=${ticket}`,
      ...(guest !== undefined && { guest }),
    };
  }

  function answer(principal: Principal, arrival: Arrival, url: string): JoinAnswer {
    const { room, identity, name, role, guest, brought } = arrival;
    const permissions = effectivePermissions(room, { identity, role, grant: grantOf(room.id, identity) });
    const expiresAt = clock.now() + ttl;
    const token = sign({
      room: room.name,
      identity,
      name,
      role,
      permissions,
      brought,
      login: principal.kind === 'user' ? deps.loginMarkOf(principal.loginId) : undefined,
      expiresAt,
      roomConfig: {
        emptyTimeout: room.emptyTimeout,
        departureTimeout: room.departureTimeout,
        maxParticipants: room.maxParticipants,
      },
    });
    return {
      url,
      token,
      room: room.name,
      identity,
      name,
      role,
      permissions: { ...permissions, publish: [...permissions.publish] },
      expiresAt: toTimestamp(expiresAt),
      recording: room.autoRecord || deps.isRecorded(room.name),
      consent: room.consent || deps.consent,
      ...(guest !== undefined && { guest }),
    };
  }

  return async (principal, body, request, client) => {
    refuseRejected(principal);
    assertOpen();
    let arrival = arrive(principal, body);
    // A program that joins on a guest's behalf has an address of its own, which says nothing about the guest.
    const address = principal.kind === 'anyone' && client.transport === 'tcp' ? client.address : undefined;
    let passed = pass(arrival, address, body.password === undefined ? 'missing' : 'unchecked');
    if (passed === 'check-password') {
      const { room, guest = body.guest } = arrival;
      const right = await tracer.within({ name: 'check the room password', kind: 'internal' }, () =>
        passwords.isRight(room, body.password ?? '', client.address),
      );
      // What became of the room meanwhile counts.
      arrival = arrive(principal, { ...body, guest });
      const isSame = arrival.room.passwordHash === room.passwordHash;
      passed = pass(arrival, address, right && isSame ? 'right' : 'wrong');
    }
    if (passed === 'wait') return wait(arrival);
    if (typeof passed !== 'string') throw refusalOf(passed.refusal, arrival.room);
    enter(principal, arrival);
    if (address !== undefined) deps.remember(arrival.room.name, arrival.identity, address);
    return tracer.within({ name: 'sign the join token', kind: 'internal' }, async () =>
      answer(principal, arrival, urlFor(request, client)),
    );
  };
}

type Password = Parameters<typeof passage>[2]['password'];
