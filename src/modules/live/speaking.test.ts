import { expect, test } from 'bun:test';
import type { NewEvent } from '../events/events.ts';
import { createSpeaking } from './speaking.ts';

test('who speaks is known where a recorder tells it, told once for each change, and forgotten with the recorder', () => {
  const told: NewEvent[] = [];
  const speaking = createSpeaking({ events: { publish: (event) => told.push(event) } });
  const both = () => ['ada', 'bob'].map((identity) => speaking.of('standup', identity));

  expect(both()).toEqual([null, null]);
  speaking.tell('standup', []);
  expect(both()).toEqual([false, false]);
  speaking.tell('standup', ['bob']);
  speaking.tell('standup', ['bob']);
  expect(both()).toEqual([false, true]);
  expect(speaking.of('elsewhere', 'bob')).toBeNull();
  speaking.tell('standup', undefined);
  speaking.tell('standup', undefined);
  expect(both()).toEqual([null, null]);
  expect(told.map(({ kind, room, data }) => [kind, room, data?.speaking])).toEqual([
    ['speaking.changed', 'standup', []],
    ['speaking.changed', 'standup', ['bob']],
    ['speaking.changed', 'standup', null],
  ]);
});
