import { beforeEach, describe, expect, test } from 'bun:test';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import { SPEAKERS_EVERY_MS, Speakers } from './speakers.ts';

let clock: ManualClock;
let people: Map<string, string>;
let told: (readonly string[])[];
let speakers: Speakers;
const on = (sid: string) => ({ sid, active: true });
const off = (sid: string) => ({ sid, active: false });
const later = () => clock.advance(SPEAKERS_EVERY_MS);

beforeEach(() => {
  clock = manualClock();
  people = new Map([
    ['PA_1', 'ada'],
    ['PA_2', 'bob'],
  ]);
  told = [];
  speakers = new Speakers({
    clock,
    identityOf: (sid) => people.get(sid),
    onSpeakers: (identities) => told.push(identities),
  });
  speakers.begin();
});

describe('who speaks', () => {
  test('is nobody at first, which is told too: from then on it is known', () => {
    expect(told).toEqual([[]]);
  });

  test('is told of all at once, a few times a second at most, and only when it is others', () => {
    speakers.update([on('PA_2')]);
    speakers.update([on('PA_1')]);
    expect(told).toHaveLength(1);
    later();
    speakers.update([on('PA_1')]);
    later();
    speakers.update([off('PA_2')]);
    speakers.update([on('PA_2')]);
    later();
    expect(told).toEqual([[], ['ada', 'bob']]);
    speakers.update([off('PA_1')]);
    later();
    expect(told.at(-1)).toEqual(['bob']);
  });

  test('is not who has left', () => {
    speakers.update([on('PA_1')]);
    later();
    people.delete('PA_1');
    speakers.look();
    later();
    expect(told.at(-1)).toEqual([]);
  });

  test('is not said after the connection is gone, and told anew with the next', () => {
    speakers.update([on('PA_1')]);
    speakers.end();
    later();
    speakers.begin();
    expect(told).toEqual([[], []]);
  });
});
