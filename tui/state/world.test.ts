import { expect, test } from 'bun:test';
import { manualClock } from '../../src/lib/manual-clock.ts';
import type { DidarEvent, EventKind } from '../../src/modules/events/model.ts';
import { fakeParticipant, fakeRecording, fakeRoom, fakeSystem } from '../../test/tui/fake-world.ts';
import { ALL_RIGHTS } from './rights.ts';
import { createWorld } from './world.ts';

const ALI = fakeParticipant('standup', 'Ali');

function setup() {
  const clock = manualClock();
  const world = createWorld(clock, () => undefined);
  let id = 0;
  const event = (kind: EventKind, change: Partial<DidarEvent> = {}): DidarEvent => {
    id += 1;
    return {
      id,
      kind,
      at: '2026-01-01T00:00:00Z',
      actor: null,
      room: 'standup',
      identity: 'u_ali',
      object: null,
      outcome: 'done',
      data: {},
      ...change,
    };
  };
  const load = (change = {}) =>
    world.load({
      system: fakeSystem(),
      setupCode: undefined,
      rights: ALL_RIGHTS,
      rooms: [fakeRoom('standup')],
      participants: [],
      waiting: [],
      recordings: [],
      events: [],
      log: [],
      ...change,
    });
  const counts = () => {
    const room = world.rooms.get('standup');
    return [room?.participants, room?.publishers];
  };
  load();
  return { clock, world, event, load, counts };
}

test('a room counts who is in it and who publishes, hidden recorders left out', () => {
  const { world, event, counts } = setup();
  world.apply(event('participant.joined', { data: { participant: { ...ALI, tracks: [] } } }));
  expect(counts()).toEqual([1, 0]);
  world.apply(event('participant.changed', { data: { participant: ALI } }));
  expect(counts()).toEqual([1, 1]);
  const recorder = { ...ALI, identity: 'recorder', permissions: { ...ALI.permissions, hidden: true } };
  world.apply(event('participant.joined', { data: { participant: recorder } }));
  expect(counts()).toEqual([1, 1]);
  world.apply(event('participant.left', { data: { participant: ALI } }));
  expect(counts()).toEqual([0, 0]);
});

test('a recorder is nobody whom one could mute or kick; a person who is hidden is', () => {
  const { world, event, load } = setup();
  const hidden = { ...ALI, permissions: { ...ALI.permissions, hidden: true } };
  const recorder = { ...hidden, identity: 'rec_1', name: 'recorder' };
  const listed = () => [...world.participants.values()].map(({ identity }) => identity);
  load({ participants: [hidden, recorder] });
  expect(listed()).toEqual(['u_ali']);
  load();
  for (const participant of [hidden, recorder])
    world.apply(event('participant.joined', { data: { participant } }));
  expect(listed()).toEqual(['u_ali']);
});

test('how far a recording is shows in it, and fills no history', () => {
  const { clock, world, event } = setup();
  const at = (bytes: number) => ({ data: { recording: { ...fakeRecording('standup'), bytes } } });
  world.apply(event('recording.changed', at(1000)));
  for (const bytes of [2000, 3000]) world.apply(event('recording.changed', { ...at(bytes), id: 0 }));
  expect([...world.recordings.values()].map(({ bytes }) => bytes)).toEqual([3000]);
  clock.advance(2_000);
  expect(world.events.size).toBe(1);
});

test('who is in a room is known by its name', () => {
  const { world, event } = setup();
  const names = () => [...world.peopleIn('standup')].map(({ name }) => name);
  world.apply(event('participant.joined', { data: { participant: ALI } }));
  expect(names()).toEqual(['Ali']);
  world.apply(event('participant.left', { data: { participant: ALI } }));
  expect(names()).toEqual([]);
});

test('the late end of an earlier connection does not remove who is back', () => {
  const { world, event, counts } = setup();
  world.apply(event('participant.joined', { data: { participant: { ...ALI, sid: 'PA_new' } } }));
  world.apply(event('participant.left', { data: { participant: { ...ALI, sid: 'PA_old' } } }));
  expect(counts()).toEqual([1, 1]);
});

test('a meeting that ends takes its people with it, a deleted room goes', () => {
  const { world, event } = setup();
  world.apply(event('participant.joined', { data: { participant: ALI } }));
  world.apply(event('room.finished', { data: { room: fakeRoom('standup') } }));
  expect(world.participants.size).toBe(0);
  world.apply(event('room.deleted', { data: { room: null } }));
  expect(world.rooms.size).toBe(0);
});

test('an event that is told again is in the history once, and a new database begins a new history', () => {
  const { world, event, load } = setup();
  const first = event('room.created');
  world.apply(first);
  load({ events: [first, event('room.changed')] });
  expect([...world.events.values()].map((row) => row.event.id)).toEqual([1, 2]);
  load({ events: [{ ...first, kind: 'server.started' }] });
  expect([...world.events.values()].map((row) => row.event.kind)).toEqual(['server.started']);
});

test('a flood of events comes to the screen once a second, a single one at once', () => {
  const { clock, world, event } = setup();
  clock.advance(5000);
  world.apply(event('room.changed'));
  expect(world.events.size).toBe(1);
  for (let i = 0; i < 100; i += 1) world.apply(event('participant.changed'));
  expect(world.events.size).toBe(1);
  clock.advance(1000);
  expect(world.events.size).toBe(101);
});
