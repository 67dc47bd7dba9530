import { expect, test } from 'bun:test';
import { numbers } from '../../test/fixtures/numbers.ts';
import { openWholeHouse, type WholeHouse } from '../../test/fixtures/whole-house.ts';
import type { InviteRole } from '../access/enter.ts';
import { FULL_PERMISSIONS, samePermissions, type TrackSource } from '../access/permissions.ts';
import type { MemberRole, RoomRole } from '../access/principal.ts';
import { effectivePermissions, type RoomRoles } from '../access/roles.ts';
import type { InviteCreated } from '../modules/invites/model.ts';
import type { Denial, JoinAnswer } from '../modules/rooms/model.ts';

/** Another one each day would find more, and fail for those who changed nothing: give one by this variable. */
const SEED = Number(process.env.DIDAR_TEST_SEED ?? 20_261_127);
const SEQUENCES = 8;
const STEPS = 45;
const ROOM = 'daily';
const MINUTE_MS = 60_000;
/** From the least to the most. */
const RANKS: readonly RoomRole[] = ['guest', 'attendee', 'moderator', 'owner'];

interface Person {
  readonly name: string;
  readonly kind: 'user' | 'guest';
  readonly admin: boolean;
  readonly address: string;
  identity: string;
  /** To ask the API with; a guest comes back by `guest`. */
  access?: string;
  guest?: string;
  /** Join tokens that they were ever given. */
  readonly held: Held[];
  /** Of a guest who is in: as what they came. */
  role: RoomRole;
}

interface Held {
  readonly token: string;
  readonly expiresAt: number;
  /** Of a guest; who has an account is what they are now. */
  readonly role: RoomRole;
  readonly invited: boolean;
  /** The login by which they joined goes on. */
  isOpen: boolean;
}

interface Invitation {
  readonly id: string;
  readonly token: string;
  readonly role: InviteRole;
  readonly expiresAt: number;
  left: number;
  isRevoked: boolean;
  readonly usedBy: Set<string>;
}

/** What somebody shows at the door. */
interface Shown {
  readonly password?: string;
  readonly invitation?: Invitation;
}

/** What is so, told by the rules of `docs/permissions.md` alone: nothing here asks the code that is tested. */
interface Truth {
  access: 'public' | 'members' | 'private';
  locked: boolean;
  closed: boolean;
  readonly members: Map<string, MemberRole>;
  readonly disabled: Set<string>;
  readonly denied: Set<string>;
  /** Until when guests from an address are kept out. */
  readonly addresses: Map<string, number>;
  readonly present: Set<string>;
  password: string | null;
  approval: boolean;
  /** What was said of whom in this meeting. */
  readonly decisions: Map<string, 'admitted' | 'refused'>;
  readonly invitations: Invitation[];
  sets: RoomRoles;
}

function createWorld(house: WholeHouse, people: Person[], truth: Truth, random: (below: number) => number) {
  const local = (path: string, method: string, json?: unknown) =>
    house.ask(path, { local: true, method, json });
  const room = (rest = '') => `/api/room/${ROOM}${rest}`;
  const pick = <T>(from: readonly T[]): T => from[random(Math.max(1, from.length))] as T;
  const users = people.filter(({ kind }) => kind === 'user');
  const client = ({ address }: Person) => ({ address, transport: 'tcp', secure: true }) as const;

  const roleOf = ({ identity, kind, admin, role }: Person): RoomRole =>
    kind === 'guest' ? role : (truth.members.get(identity) ?? (admin ? 'moderator' : 'attendee'));
  const belongs = ({ identity, admin }: Person) => truth.members.has(identity) || admin;

  const moderates = (role: RoomRole) => role === 'owner' || role === 'moderator';
  const higher = (a: RoomRole, b: RoomRole): RoomRole => (RANKS.indexOf(a) >= RANKS.indexOf(b) ? a : b);

  function holds(
    { isRevoked, expiresAt, left, usedBy }: Invitation,
    { kind, identity, guest }: Person,
  ): boolean {
    if (isRevoked || expiresAt <= house.clock.now()) return false;
    const isKnown = kind === 'user' || guest !== undefined;
    return left > 0 || (isKnown && usedBy.has(identity));
  }

  /** As what somebody may come; undefined when they have no business there. */
  function comesAs(person: Person, { invitation }: Shown): RoomRole | undefined {
    const holding = invitation && holds(invitation, person) ? invitation.role : undefined;
    const isBroken = invitation !== undefined && holding === undefined;
    const isPublic = truth.access === 'public';
    if (person.kind === 'guest') {
      if (isBroken) return undefined;
      return holding ?? (isPublic ? 'guest' : undefined);
    }
    const own = belongs(person) ? roleOf(person) : undefined;
    if (own === undefined && isBroken) return undefined;
    const without = own ?? (isPublic ? 'attendee' : undefined);
    return holding === undefined
      ? without
      : higher(without ?? 'attendee', holding === 'guest' ? 'attendee' : holding);
  }

  function passes(
    { identity, kind, address }: Person,
    role: RoomRole,
    { invited, isPasswordRight }: { readonly invited: boolean; readonly isPasswordRight: boolean },
  ): 'in' | 'waits' | 'out' {
    const decision = truth.decisions.get(identity);
    if (truth.denied.has(identity) || truth.closed || decision === 'refused') return 'out';
    if (truth.present.has(identity)) return 'in';
    if (kind === 'guest' && (truth.addresses.get(address) ?? 0) > house.clock.now()) return 'out';
    if (truth.locked && !moderates(role)) return 'out';
    if (moderates(role) || decision === 'admitted') return 'in';
    if (truth.password !== null && !invited && !isPasswordRight) return 'out';
    return truth.approval ? 'waits' : 'in';
  }

  /** What becomes of asking to join. */
  function atDoor(person: Person, shown: Shown): 'in' | 'waits' | 'out' {
    const role = comesAs(person, shown);
    if (role === undefined || truth.disabled.has(person.identity)) return 'out';
    return passes(person, role, {
      invited: shown.invitation !== undefined && holds(shown.invitation, person),
      isPasswordRight: shown.password === truth.password,
    });
  }

  /** What becomes of showing a join token at the gate. */
  function atGate(person: Person, { expiresAt, isOpen, invited, role }: Held): 'in' | 'out' {
    if (expiresAt <= house.clock.now() || !isOpen || truth.disabled.has(person.identity)) return 'out';
    const isStranger = truth.access !== 'public' && !truth.present.has(person.identity);
    if (isStranger && !(person.kind === 'guest' ? invited : belongs(person))) return 'out';
    const now = person.kind === 'guest' ? role : roleOf(person);
    return passes(person, now, { invited, isPasswordRight: true }) === 'in' ? 'in' : 'out';
  }

  const ask = (person: Person, { password, invitation }: Shown) =>
    house.ask<JoinAnswer>('/api/room/join', {
      address: person.address,
      token: person.access,
      json: {
        room: ROOM,
        password,
        invite: invitation?.token,
        ...(person.kind === 'guest' && { name: person.name, guest: person.guest }),
      },
    });
  const ANSWERS: Readonly<Record<number, string>> = { 200: 'in', 202: 'waits' };

  async function join(person: Person, shown: Shown): Promise<'in' | 'waits' | 'out'> {
    const due = atDoor(person, shown);
    const role = comesAs(person, shown) ?? 'guest';
    const invited = shown.invitation !== undefined && holds(shown.invitation, person);
    const { status, body } = await ask(person, shown);
    const told = [person.name, { ...shown }, body.code, ANSWERS[status] ?? 'out'];
    expect(told).toEqual([person.name, { ...shown }, body.code, due]);
    if (due === 'out') return due;
    person.identity = body.identity;
    if (body.guest) person.guest = body.guest;
    if (due === 'waits') return due;
    const { invitation } = shown;
    if (invited && invitation) {
      if (!invitation.usedBy.has(person.identity)) invitation.left -= 1;
      invitation.usedBy.add(person.identity);
      const isMember = person.kind === 'user' && (truth.members.has(person.identity) || !person.admin);
      if (isMember) truth.members.set(person.identity, memberAs(person, invitation));
    }
    const expiresAt = house.clock.now() + 10 * MINUTE_MS;
    person.held.push({ token: body.token, expiresAt, role, invited, isOpen: true });
    return due;
  }

  /** An invitation makes a member of who has an account, and never lowers one. */
  function memberAs({ identity }: Person, { role }: Invitation): MemberRole {
    const invitedAs = role === 'guest' ? 'attendee' : role;
    return higher(truth.members.get(identity) ?? 'attendee', invitedAs) as MemberRole;
  }

  function connect(person: Person): void {
    house.livekit.join(ROOM, person.identity, FULL_PERMISSIONS, person.role);
    house.livekit.connect(ROOM, person.identity);
  }

  function comesIn(person: Person, held: Held | undefined): void {
    if (!held || !house.services.admit(held.token, client(person)).ok)
      throw new Error('let in, and refused at the gate');
    person.role = held.role;
    connect(person);
    truth.present.add(person.identity);
  }

  /** The waiting room knows who waits; whom nobody decided about and who has given up can't be decided about. */
  async function decide(person: Person, verb: 'admit' | 'refuse'): Promise<string> {
    const { status } = await local(room(`/participants/${person.identity}/${verb}`), 'POST');
    if (status !== 200) return `${person.name}, who doesn't wait`;
    truth.decisions.set(person.identity, verb === 'admit' ? 'admitted' : 'refused');
    if (verb === 'refuse') out(person.identity);
    return person.name;
  }

  const out = (identity: string) => void truth.present.delete(identity);
  const deny = (person: Person, forMs: number | undefined) => {
    truth.denied.add(person.identity);
    if (forMs !== undefined && person.held.length > 0)
      truth.addresses.set(person.address, house.clock.now() + forMs);
    out(person.identity);
  };

  const steps: Record<string, () => Promise<string | undefined>> = {
    async joins() {
      const person = pick(people);
      // Half of them know the password, and few bring an invitation.
      const password = random(2) === 0 ? (truth.password ?? undefined) : pick([undefined, 'a wrong guess']);
      const invitation = random(3) === 0 ? pick(truth.invitations) : undefined;
      const became = await join(person, { password, invitation });
      if (became !== 'in') return `${person.name}, who is ${became}`;
      comesIn(person, person.held.at(-1));
      return person.name;
    },
    async 'comes with an old token'() {
      const person = pick(people);
      const held = person.held[random(person.held.length)];
      if (!held || atGate(person, held) === 'out') return `${person.name}, refused`;
      comesIn(person, held);
      return person.name;
    },
    async 'is admitted'() {
      return decide(pick(people), 'admit');
    },
    async 'is refused'() {
      return decide(pick(people), 'refuse');
    },
    async 'asks for approval or not'() {
      truth.approval = !truth.approval;
      await local(room(), 'PATCH', { approval: truth.approval });
      if (!truth.approval) return 'no';
      for (const identity of truth.present)
        if (!truth.decisions.has(identity)) truth.decisions.set(identity, 'admitted');
      return 'yes';
    },
    async 'has a password or not'() {
      truth.password = truth.password === null ? 'open sesame' : null;
      await local(room(), 'PATCH', { password: truth.password });
      return String(truth.password);
    },
    async invites() {
      const role = pick(['guest', 'attendee', 'moderator'] as const);
      const [maxUses, minutes] = [1 + random(2), 1 + random(30)];
      const { body } = await local(room('/invites'), 'POST', { role, maxUses, expiresIn: minutes * 60 });
      const { id, token } = body as unknown as InviteCreated;
      const expiresAt = house.clock.now() + minutes * MINUTE_MS;
      truth.invitations.push({
        id,
        token,
        role,
        expiresAt,
        left: maxUses,
        isRevoked: false,
        usedBy: new Set(),
      });
      return `${role}, ${maxUses} times, for ${minutes} minutes`;
    },
    async 'takes an invitation back'() {
      const invitation = pick(truth.invitations);
      if (!invitation) return;
      await local(room(`/invites/${invitation.id}`), 'DELETE');
      invitation.isRevoked = true;
      return invitation.role;
    },
    async 'gets past the gate'() {
      const person = pick(people);
      const { identity } = person;
      const isRefused = truth.decisions.get(identity) === 'refused';
      const isOut = truth.closed || truth.denied.has(identity) || truth.disabled.has(identity) || isRefused;
      if (person.held.length === 0 || !isOut) return;
      connect(person);
      return person.name;
    },
    async leaves() {
      const [identity] = [...truth.present];
      if (identity === undefined) return;
      house.livekit.leave(ROOM, identity);
      out(identity);
      return identity;
    },
    async 'is kicked'() {
      const person = people.find(({ identity }) => truth.present.has(identity));
      if (!person) return;
      await local(room(`/participants/${person.identity}/kick`), 'POST');
      deny(person, person.kind === 'guest' ? 10 * MINUTE_MS : undefined);
      return person.name;
    },
    async 'is banned'() {
      const person = pick(people.filter(({ held }) => held.length > 0));
      if (!person) return;
      const address = pick([undefined, true, false]);
      await local(room(`/participants/${person.identity}/ban`), 'POST', { address });
      const forMs = address ? 24 * 60 * MINUTE_MS : 10 * MINUTE_MS;
      deny(person, (address ?? person.kind === 'guest') ? forMs : undefined);
      return `${person.name}, address ${address}`;
    },
    async 'are all forgiven'() {
      const { body } = await local(room('/denials'), 'GET');
      for (const { id } of (body as { items?: Denial[] }).items ?? [])
        await local(room(`/denials/${id}`), 'DELETE');
      truth.denied.clear();
      truth.addresses.clear();
      return '';
    },
    async 'gets a role'() {
      const person = pick(users);
      const role = pick(['moderator', 'attendee', undefined] as const);
      const at = room(`/members/${person.identity}`);
      const { status } = role ? await local(at, 'PUT', { role }) : await local(at, 'DELETE');
      if (status >= 300) return;
      if (role) truth.members.set(person.identity, role);
      else truth.members.delete(person.identity);
      if (!role && truth.access !== 'public' && !person.admin) out(person.identity);
      return `${person.name}, ${role}`;
    },
    async 'becomes the owner'() {
      const person = pick(users);
      await local(room('/owner'), 'POST', { user: person.identity });
      for (const [id, role] of truth.members) if (role === 'owner') truth.members.set(id, 'moderator');
      truth.members.set(person.identity, 'owner');
      return person.name;
    },
    async 'is open to others'() {
      truth.access = pick(['public', 'members', 'private']);
      await local(room(), 'PATCH', { access: truth.access });
      return truth.access;
    },
    async 'is locked or not'() {
      truth.locked = !truth.locked;
      await local(room(), 'PATCH', { locked: truth.locked });
      return String(truth.locked);
    },
    async 'is closed or not'() {
      truth.closed = !truth.closed;
      if (truth.closed) {
        // That meeting is over.
        if (truth.present.size > 0) truth.decisions.clear();
        truth.present.clear();
      }
      await local(room(), 'PATCH', { state: truth.closed ? 'closed' : 'open' });
      return String(truth.closed);
    },
    async 'is disabled or not'() {
      const person = pick(users.filter(({ admin }) => !admin));
      const disabled = !truth.disabled.has(person.identity);
      await local(`/api/user/${person.identity}`, 'PATCH', { disabled });
      if (disabled) truth.disabled.add(person.identity);
      else truth.disabled.delete(person.identity);
      if (disabled) {
        out(person.identity);
        for (const held of person.held) held.isOpen = false;
      } else person.access = signIn(house, person.identity);
      return `${person.name}, ${disabled}`;
    },
    async 'has other sets'() {
      const publish = pick<TrackSource[]>([[], ['microphone'], ['microphone', 'camera']]);
      const role = pick(['attendee', 'guest', 'moderator'] as const);
      await local(room(), 'PATCH', { roles: { [role]: { publish } } });
      truth.sets = { ...truth.sets, roles: { ...truth.sets.roles, [role]: { publish } } };
      return `${role} ${publish}`;
    },
    async 'is lowered or not'() {
      const lowered = truth.sets.lowered
        ? null
        : { publish: ['camera' as const], subscribe: true, data: false, except: [] };
      if (lowered) await local(room('/lower'), 'POST', { publish: lowered.publish, data: false });
      else await local(room('/restore'), 'POST');
      truth.sets = { ...truth.sets, lowered };
      return String(lowered !== null);
    },
    async 'time passes'() {
      house.clock.advance(6 * MINUTE_MS);
      // Access tokens are over after a quarter of an hour, which is not what this is about.
      for (const user of users) {
        if (!truth.disabled.has(user.identity)) user.access = signIn(house, user.identity);
      }
      return '';
    },
    async restarts() {
      await house.restart();
      truth.present.clear();
      return '';
    },
  };

  async function check(): Promise<void> {
    const inside = (await house.livekit.listParticipants(ROOM)).map(({ identity }) => identity);
    expect(inside.sort()).toEqual([...truth.present].sort());
    for (const { identity, permissions } of await house.livekit.listParticipants(ROOM)) {
      const person = people.find((each) => each.identity === identity);
      const role = person ? roleOf(person) : 'guest';
      const due = effectivePermissions(truth.sets, { identity, role });
      expect([identity, role, samePermissions(permissions, due)]).toEqual([identity, role, true]);
    }
    for (const person of people) {
      for (const held of person.held) {
        const { ok } = house.services.admit(held.token, client(person));
        expect([person.name, 'gate', ok ? 'in' : 'out']).toEqual([person.name, 'gate', atGate(person, held)]);
      }
      // Asking would leave a new guest each time; who is known is who matters.
      if (person.held.length > 0) {
        const shown = { password: truth.password ?? undefined };
        const { status } = await ask(person, shown);
        const due = atDoor(person, shown);
        expect([person.name, 'asks', ANSWERS[status] ?? 'out']).toEqual([person.name, 'asks', due]);
      }
    }
  }

  return { steps, check, pick };
}

function signIn(house: WholeHouse, id: string): string {
  const { auth } = house.services;
  return auth.logins.open(auth.users.get(id), { address: '198.51.100.7', userAgent: null }).accessToken;
}

async function populate(house: WholeHouse): Promise<{ people: Person[]; truth: Truth }> {
  await house.ask('/api/room', { local: true, json: { name: ROOM } });
  const people: Person[] = [];
  for (const [i, name] of ['owner', 'ada', 'bob', 'admin'].entries()) {
    const role = name === 'admin' ? ('admin' as const) : ('user' as const);
    const input = { email: `${name}@example.org`, name, role, passwordHash: 'none' };
    const { id } = house.services.auth.users.insert({ kind: 'local' }, input);
    const admin = role === 'admin';
    const access = signIn(house, id);
    people.push({
      name,
      kind: 'user',
      admin,
      address: `203.0.113.${i}`,
      identity: id,
      access,
      held: [],
      role: 'attendee',
    });
  }
  // The last two share an address.
  for (const [i, name] of ['guest one', 'guest two', 'guest three'].entries()) {
    const address = `198.51.100.${Math.min(i, 1)}`;
    people.push({
      name,
      kind: 'guest',
      admin: false,
      address,
      identity: `none ${i}`,
      held: [],
      role: 'guest',
    });
  }
  const owner = people[0]?.identity ?? '';
  await house.ask(`/api/room/${ROOM}/members/${owner}`, {
    local: true,
    method: 'PUT',
    json: { role: 'owner' },
  });
  const truth: Truth = {
    access: 'public',
    locked: false,
    closed: false,
    members: new Map([[owner, 'owner']]),
    disabled: new Set(),
    denied: new Set(),
    addresses: new Map(),
    present: new Set(),
    password: null,
    approval: false,
    decisions: new Map(),
    invitations: [],
    sets: { permissions: FULL_PERMISSIONS, roles: {}, lowered: null },
  };
  return { people, truth };
}

async function live(seed: number): Promise<void> {
  const random = numbers(seed);
  const house = openWholeHouse();
  const story: string[] = [];
  try {
    const { people, truth } = await populate(house);
    const { steps, check, pick } = createWorld(house, people, truth, random);
    for (let i = 0; i < STEPS; i++) {
      // Half of the time somebody comes: without people there is nothing to go wrong.
      const what = random(2) === 0 ? 'joins' : pick(Object.keys(steps));
      story.push(`${what}: ${await steps[what]?.()}`);
      await house.settle();
      await check();
    }
  } catch (error) {
    throw new Error(`with DIDAR_TEST_SEED=${seed}, after\n  ${story.join('\n  ')}\n`, { cause: error });
  } finally {
    await house.close();
  }
}

test('no sequence of joins, invitations, waits, kicks, bans, role and permission changes and restarts lets someone in whom the rules exclude', async () => {
  for (let i = 0; i < SEQUENCES; i++) await live(SEED + i);
}, 240_000);
