import { authorize, type RoomFacts } from '../../access/decide.ts';
import { actorOf, type Principal, type RoomRole } from '../../access/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Page, pageOf, toTimestamp } from '../../lib/schema.ts';
import type { Events } from '../events/service.ts';
import type { Admissions } from './admissions.ts';
import type { Decision, Waiting } from './model.ts';
import { createQueue, type WaitEnd, type Waiter } from './queue.ts';
import type { AdmissionRow } from './repo.ts';
import type { Tickets } from './tickets.ts';
import { createUpkeep, WAIT_MOST_MS } from './upkeep.ts';

export interface GuardedRoom {
  readonly id: string;
  readonly name: string;
  readonly state: 'open' | 'closed';
  readonly approval: boolean;
}

interface Person {
  readonly identity: string;
  readonly name: string;
  readonly role: RoomRole;
}

interface ListQuery {
  readonly state?: 'waiting' | Decision;
  readonly cursor?: string;
  readonly limit?: number;
}

export interface WaitingRoomDeps {
  readonly admissions: Admissions;
  readonly tickets: Tickets;
  readonly events: Events;
  readonly clock: Clock;
  readonly rooms: {
    byName(name: string): GuardedRoom | undefined;
    /** Throws `room_not_found` for a room that the principal can't know of. */
    visible(
      principal: Principal,
      room: string,
    ): { readonly row: { readonly id: string; readonly name: string }; readonly facts: RoomFacts };
  };
  readonly isDenied: (roomId: string, identity: string) => boolean;
  /** Removes someone who is in the room already, their connections included. */
  readonly putOut: (room: string, identity: string) => Promise<void>;
}

/** Who waits to be let into rooms with `approval`, and what moderators say to them. */
export function createWaitingRoom(deps: WaitingRoomDeps) {
  const { admissions, tickets, events, clock, rooms, isDenied, putOut } = deps;
  const queue = createQueue({ clock, onGone: (waiter) => tellWithdrew(waiter, 'gone') });

  function tell(kind: 'participant.waiting' | 'participant.withdrew', waiter: Waiter, more = {}): void {
    const { room, identity } = waiter;
    events.record({ kind, actor: identity, room, identity, data: { waiting: shownWaiter(waiter), ...more } });
  }

  function tellWithdrew(waiter: Waiter, reason: string): void {
    tell('participant.withdrew', waiter, { reason });
  }

  function take(waiter: Waiter): void {
    if (queue.get(waiter.roomId, waiter.identity) === undefined && queue.isFull(waiter.roomId)) {
      throw new DomainError('waiting_room_full', `Too many people wait to be let into "${waiter.room}".`, {
        fix: 'Try again in a few minutes.',
      });
    }
    if (queue.add(waiter)) tell('participant.waiting', waiter);
  }

  /** How waiting for this room is over; undefined while it isn't. */
  function outcome(room: GuardedRoom | undefined, { roomId, identity }: Waiter): WaitEnd | undefined {
    if (room?.id !== roomId) return { state: 'ended', reason: 'room_deleted' };
    if (isDenied(roomId, identity)) return { state: 'refused' };
    const decision = admissions.of(roomId, identity);
    if (decision !== undefined) return { state: decision };
    if (room.state === 'closed') return { state: 'ended', reason: 'room_closed' };
    return room.approval ? undefined : { state: 'admitted' };
  }

  function store(
    room: { readonly id: string; readonly name: string },
    person: { readonly identity: string; readonly name: string },
    decision: Decision,
    by: string,
  ): Waiting {
    const { identity, name } = person;
    const before = admissions.of(room.id, identity) ?? (queue.get(room.id, identity) ? 'waiting' : null);
    const row = { roomId: room.id, identity, name, decision, decidedBy: by };
    const decided = admissions.decide(row, (save) =>
      events.inTransaction(() => {
        save();
        events.record({
          kind: decision === 'admitted' ? 'participant.admitted' : 'participant.refused',
          actor: by,
          room: room.name,
          identity,
          data: { waiting: { ...row, room: room.name, state: decision } },
          before,
          after: decision,
        });
      }),
    );
    queue.end(room.id, identity, { state: decision });
    return shownDecision(room.name, decided);
  }

  function decide(principal: Principal, name: string, identity: string, decision: Decision): Waiting {
    const { row: room, facts } = rooms.visible(principal, name);
    authorize(principal, 'room.moderate', facts);
    const waiter = queue.get(room.id, identity);
    const before = admissions.find(room.id, identity);
    const person = waiter ?? before;
    if (!person) throw notWaiting(name, identity);
    if (before?.decision === decision && !waiter) return shownDecision(name, before);
    return store(room, person, decision, actorOf(principal));
  }

  function listed(roomId: string, room: string, state: ListQuery['state'] = 'waiting'): Waiting[] {
    if (state === 'waiting') return queue.list(roomId).map(shownWaiter);
    return admissions.list(roomId, state).map((row) => shownDecision(room, row));
  }

  return {
    /** What was said to this identity in this meeting. */
    decisionOf: admissions.of,

    /** Someone waits from now on, or still: the ticket for the stream that tells how it ends. Throws `waiting_room_full`. */
    wait(room: GuardedRoom, { identity, name, role }: Person): { readonly ticket: string } {
      const since = queue.get(room.id, identity)?.since ?? clock.now();
      const waiter: Waiter = { roomId: room.id, room: room.name, identity, name, role, since };
      take(waiter);
      return { ticket: tickets.sign(waiter, since + WAIT_MOST_MS) };
    },

    /** Lets someone in who need not wait: who vouches for them may moderate. */
    admitUnasked(
      room: GuardedRoom,
      person: { readonly identity: string; readonly name: string },
      by: Principal,
    ): void {
      if (admissions.of(room.id, person.identity) === undefined) store(room, person, 'admitted', actorOf(by));
    },

    list(principal: Principal, name: string, { state, cursor, limit = 100 }: ListQuery): Page<Waiting> {
      const { row, facts } = rooms.visible(principal, name);
      authorize(principal, 'room.moderate', facts);
      return pageAfter(listed(row.id, name, state), cursor, limit);
    },

    /** Those who wait for any room. */
    listAll(principal: Principal, { cursor, limit = 100 }: ListQuery): Page<Waiting> {
      authorize(principal, 'system.read');
      return pageAfter(queue.list().map(shownWaiter), cursor, limit);
    },

    /** Lets someone in who waits, or was refused in this meeting. Throws `not_waiting`. */
    admit: (principal: Principal, name: string, identity: string): Waiting =>
      decide(principal, name, identity, 'admitted'),

    /** Keeps someone out until the meeting is over, who waits or was let in. Throws `not_waiting`. */
    async refuse(principal: Principal, name: string, identity: string): Promise<Waiting> {
      const refused = decide(principal, name, identity, 'refused');
      await putOut(name, identity);
      return refused;
    },

    /** Whom a ticket stands for, at their place in the queue again; or how waiting ended. Throws `wait_ticket_invalid`. */
    resume(name: string, token: string): Waiter | WaitEnd {
      const ticket = tickets.verify(token);
      if (ticket?.room !== name) throw ticketInvalid();
      const how = outcome(rooms.byName(name), ticket);
      if (how) return how;
      take(ticket);
      return ticket;
    },

    listen: queue.listen,

    /** Follows what becomes of rooms, members and accounts, until the returned function is called. */
    start: createUpkeep({
      queue,
      admissions,
      events,
      clock,
      roomIdOf: (name) => rooms.byName(name)?.id,
      outcome: (waiter) => outcome(rooms.byName(waiter.room), waiter),
      tellWithdrew,
    }),
  };
}

export type WaitingRoom = ReturnType<typeof createWaitingRoom>;

function shownWaiter({ room, identity, name, role, since }: Waiter): Waiting {
  return { room, identity, name, role, state: 'waiting', since: toTimestamp(since), decidedBy: null };
}

function shownDecision(room: string, row: AdmissionRow): Waiting {
  const { identity, name, decision, decidedAt, decidedBy } = row;
  return { room, identity, name, role: null, state: decision, since: toTimestamp(decidedAt), decidedBy };
}

/** By the place in the list: the cursor is that of the last one shown. */
function pageAfter(all: readonly Waiting[], cursor: string | undefined, limit: number): Page<Waiting> {
  const keyOf = ({ since, room, identity }: Waiting) => `${since} ${room} ${identity}`;
  const rest = all.filter((each) => cursor === undefined || keyOf(each) > cursor);
  return pageOf(rest, limit, (each) => each, keyOf);
}

const notWaiting = (room: string, identity: string) =>
  new DomainError('not_waiting', `"${identity}" does not wait to be let into "${room}".`, {
    fix: 'They may have given up: GET /api/room/:name/waiting lists who waits. Who is in already can be kicked.',
  });

const ticketInvalid = () =>
  new DomainError('wait_ticket_invalid', 'This ticket is not one of ours, or is too old.', {
    fix: 'Join again: POST /api/room/join.',
  });
