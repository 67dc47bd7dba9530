import { describe, expect, test } from 'bun:test';
import { type Comer, type Door, passage, roleAtDoor, type Standing } from './enter.ts';
import { ROOM_ROLES } from './principal.ts';

const OPEN: Door = {
  access: 'public',
  guests: true,
  closed: false,
  locked: false,
  full: false,
  password: false,
  approval: false,
};

const COMERS: Readonly<Record<string, Comer>> = {
  guest: { kind: 'guest' },
  user: { kind: 'user' },
  attendee: { kind: 'user', memberRole: 'attendee' },
  moderator: { kind: 'user', memberRole: 'moderator' },
  owner: { kind: 'user', memberRole: 'owner' },
  admin: { kind: 'user', admin: true },
};

/** As what somebody comes in: without an invitation, and by one for a guest, an attendee or a moderator. */
const ROLES = `
  access   who        without             guest               attendee            moderator           broken
  public   guest      guest               guest               attendee            moderator           invite_invalid
  public   user       attendee            attendee            attendee            moderator           invite_invalid
  public   attendee   attendee            attendee            attendee            moderator           attendee
  public   moderator  moderator           moderator           moderator           moderator           moderator
  public   owner      owner               owner               owner               owner               owner
  public   admin      moderator           moderator           moderator           moderator           moderator
  members  guest      guests_not_allowed  guest               attendee            moderator           invite_invalid
  members  user       join_not_allowed    attendee            attendee            moderator           invite_invalid
  members  attendee   attendee            attendee            attendee            moderator           attendee
  members  moderator  moderator           moderator           moderator           moderator           moderator
  members  owner      owner               owner               owner               owner               owner
  members  admin      moderator           moderator           moderator           moderator           moderator
  private  guest      room_not_found      guest               attendee            moderator           room_not_found
  private  user       room_not_found      attendee            attendee            moderator           room_not_found
  private  attendee   attendee            attendee            attendee            moderator           attendee
  private  moderator  moderator           moderator           moderator           moderator           moderator
  private  owner      owner               owner               owner               owner               owner
  private  admin      moderator           moderator           moderator           moderator           moderator
`;

/** Whether somebody passes: as a stranger, in the room already, admitted, refused, denied. */
const PASSAGES = `
  door      role       stranger           present      admitted     refused       denied
  open      guest      enter              enter        enter        join_refused  join_denied
  open      attendee   enter              enter        enter        join_refused  join_denied
  open      moderator  enter              enter        enter        join_refused  join_denied
  open      owner      enter              enter        enter        join_refused  join_denied
  closed    guest      room_closed        room_closed  room_closed  join_refused  join_denied
  closed    attendee   room_closed        room_closed  room_closed  join_refused  join_denied
  closed    moderator  room_closed        room_closed  room_closed  join_refused  join_denied
  closed    owner      room_closed        room_closed  room_closed  join_refused  join_denied
  locked    guest      room_locked        enter        room_locked  join_refused  join_denied
  locked    attendee   room_locked        enter        room_locked  join_refused  join_denied
  locked    moderator  enter              enter        enter        join_refused  join_denied
  locked    owner      enter              enter        enter        join_refused  join_denied
  full      guest      room_full          enter        room_full    join_refused  join_denied
  full      attendee   room_full          enter        room_full    join_refused  join_denied
  full      moderator  room_full          enter        room_full    join_refused  join_denied
  full      owner      room_full          enter        room_full    join_refused  join_denied
  password  guest      password_required  enter        enter        join_refused  join_denied
  password  attendee   password_required  enter        enter        join_refused  join_denied
  password  moderator  enter              enter        enter        join_refused  join_denied
  password  owner      enter              enter        enter        join_refused  join_denied
  approval  guest      wait               enter        enter        join_refused  join_denied
  approval  attendee   wait               enter        enter        join_refused  join_denied
  approval  moderator  enter              enter        enter        join_refused  join_denied
  approval  owner      enter              enter        enter        join_refused  join_denied
`;

function table(text: string): Record<string, string>[] {
  const [head = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows.map((row) => Object.fromEntries(head.map((title, i) => [title, row[i] ?? ''])));
}

const said = (answer: string | { readonly refusal: string }): string =>
  typeof answer === 'string' ? answer : answer.refusal;

describe('as what somebody comes to the door', () => {
  const invitations = { without: undefined, broken: 'invalid', guest: 'guest' } as const;

  test.each(table(ROLES))('$access room, $who', (row) => {
    const door = { ...OPEN, access: row.access as Door['access'] };
    for (const invitation of ['without', 'guest', 'attendee', 'moderator', 'broken'] as const) {
      const invite =
        invitation === 'attendee' || invitation === 'moderator' ? invitation : invitations[invitation];
      const role = roleAtDoor(door, { ...(COMERS[row.who ?? ''] as Comer), invite });
      expect([invitation, said(role)]).toEqual([invitation, row[invitation] ?? '']);
    }
  });

  test('the table has every kind of room and of person', () => {
    expect(table(ROLES)).toHaveLength(3 * Object.keys(COMERS).length);
  });

  test('a server without guests has none by invitation either', () => {
    const door = { ...OPEN, guests: false };
    expect(said(roleAtDoor(door, { kind: 'guest' }))).toBe('guests_not_allowed');
    expect(said(roleAtDoor(door, { kind: 'guest', invite: 'moderator' }))).toBe('guests_not_allowed');
    expect(said(roleAtDoor(door, { kind: 'user', invite: 'guest' }))).toBe('attendee');
  });

  test('a program brings guests to rooms that it may know of', () => {
    expect(said(roleAtDoor(OPEN, { kind: 'program', mayKnow: true }))).toBe('guest');
    expect(said(roleAtDoor(OPEN, { kind: 'program' }))).toBe('room_not_found');
  });

  test('as what an invitation says that it shows for them, and not by one that is broken', () => {
    const program = { kind: 'program', mayKnow: true } as const;
    expect(said(roleAtDoor(OPEN, { ...program, invite: 'moderator' }))).toBe('moderator');
    expect(said(roleAtDoor(OPEN, { ...program, invite: 'invalid' }))).toBe('invite_invalid');
    expect(said(roleAtDoor(OPEN, { kind: 'program', invite: 'moderator' }))).toBe('room_not_found');
  });
});

describe('whether somebody passes', () => {
  const stranger: Standing = { denied: false, present: false, password: 'missing' };
  const standings: Record<string, Standing> = {
    stranger,
    present: { ...stranger, present: true },
    admitted: { ...stranger, decision: 'admitted' },
    refused: { ...stranger, decision: 'refused', present: true },
    denied: { ...stranger, denied: true, present: true, decision: 'admitted' },
  };

  test.each(table(PASSAGES))('$door door, $role', (row) => {
    const door = row.door === 'open' ? OPEN : { ...OPEN, [row.door ?? '']: true };
    const role = ROOM_ROLES.find((each) => each === row.role) ?? 'guest';
    for (const [name, standing] of Object.entries(standings)) {
      expect([name, said(passage(door, role, standing))]).toEqual([name, row[name] ?? '']);
    }
  });

  test('the password opens, a wrong one does not, and an invitation stands for it', () => {
    const door = { ...OPEN, password: true };
    expect(passage(door, 'guest', { ...stranger, password: 'unchecked' })).toBe('check-password');
    expect(passage(door, 'guest', { ...stranger, password: 'right' })).toBe('enter');
    expect(passage(door, 'guest', { ...stranger, password: 'wrong' })).toEqual({ refusal: 'password_wrong' });
    expect(passage(door, 'guest', { ...stranger, invited: true })).toBe('enter');
  });

  test('neither the password nor an invitation spares anyone the wait', () => {
    const door = { ...OPEN, password: true, approval: true };
    expect(passage(door, 'guest', { ...stranger, password: 'right' })).toBe('wait');
    expect(passage(door, 'attendee', { ...stranger, invited: true })).toBe('wait');
    expect(passage(door, 'guest', { ...stranger, vouched: true })).toBe('enter');
  });
});
