import type { ViewName } from '../../state/view.ts';
import { bind } from '../binding.ts';
import {
  all,
  anyoneWaits,
  micIsNotLocked,
  micIsOff,
  micIsOn,
  moderates,
  online,
  onParticipant,
  someoneWaits,
} from '../context.ts';

const PEOPLE: readonly ViewName[] = ['room', 'participants'];

const aPerson = all(moderates, onParticipant, online);

/** What is done to participants, and to those who wait. */
export const PEOPLE_KEYS = [
  bind(
    'mute',
    ['m'],
    'People',
    'mute',
    "mute the selected participant's microphone",
    all(aPerson, micIsOn),
    PEOPLE,
  ),
  bind(
    'unmute',
    ['u'],
    'People',
    'unmute',
    'unlock the microphone and unmute it, or ask them to',
    all(aPerson, micIsOff),
    PEOPLE,
  ),
  bind(
    'kick',
    ['K'],
    'People',
    'kick',
    'remove the participant and keep them out (asks first)',
    aPerson,
    PEOPLE,
  ),
  bind(
    'lock',
    ['M'],
    'People',
    'lock mute',
    'mute and lock the microphone (asks first)',
    all(aPerson, micIsNotLocked),
    PEOPLE,
  ),
  bind('ban', ['B'], 'People', 'ban', 'remove the participant for good (asks first)', aPerson, PEOPLE),
  bind(
    'permissions',
    ['p'],
    'People',
    'permissions',
    'what the participant may publish, hear and send',
    aPerson,
    PEOPLE,
  ),
  bind(
    'admit',
    ['a'],
    'People',
    'admit',
    'let in who is selected at the door, or who has waited longest (asks first for several)',
    all(moderates, someoneWaits, online),
    ['rooms', 'room', 'participants'],
  ),
  bind(
    'refuse',
    ['d'],
    'People',
    'refuse',
    'keep out who is selected at the door, or who has waited longest, until the meeting is over',
    all(moderates, someoneWaits, online),
    ['room', 'participants'],
  ),
  bind(
    'admitAll',
    ['W'],
    'People',
    'admit all',
    'let in everybody who waits for the room (asks first)',
    all(moderates, anyoneWaits, online),
  ),
];
