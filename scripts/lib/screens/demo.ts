import type { LiveParticipant } from '../../../src/modules/participants/model.ts';
import type { Recording } from '../../../src/modules/recordings/model.ts';
import type { Room } from '../../../src/modules/rooms/model.ts';
import { fakeParticipant, fakeRecording, fakeRoom, fakeTrack } from '../../../test/tui/fake-world.ts';

const MINUTE_MS = 60_000;

/** A server in the middle of a working day. */
export interface DemoWorld {
  readonly rooms: Room[];
  readonly people: LiveParticipant[];
  readonly recordings: Recording[];
}

export function demoWorld(now: number): DemoWorld {
  const ago = (minutes: number) => new Date(now - minutes * MINUTE_MS).toISOString();
  const live = (minutes: number) => ({ sid: `RM_${minutes}`, startedAt: ago(minutes) });
  const rooms = [
    fakeRoom('board', {
      recording: { id: 'rec_board', state: 'recording', startedAt: ago(90) },
      title: 'Board meeting',
      access: 'private',
      locked: true,
      session: live(94),
      maxParticipants: 12,
    }),
    fakeRoom('daily-standup', { title: 'Daily stand-up', session: live(11) }),
    fakeRoom('english-b2', { title: 'English, B2', session: live(48), maxParticipants: 24 }),
    fakeRoom('interviews', { title: 'Interviews', access: 'members' }),
    fakeRoom('old-retro', { title: 'Retro', state: 'closed' }),
    fakeRoom('support', { title: 'Support, walk in', session: live(1502), maxParticipants: 500 }),
    fakeRoom('tehran-office', { title: 'جلسهٔ هفتگی', session: live(26) }),
  ];
  const on = [fakeTrack('microphone'), fakeTrack('camera')];
  const quiet = [fakeTrack('microphone', true), fakeTrack('camera')];
  const person = (room: string, name: string, minutes: number, change: Partial<LiveParticipant> = {}) =>
    fakeParticipant(room, name, { joinedAt: ago(minutes), tracks: on, ...change });
  const students = ['Amina', 'Bruno', 'Chloé', 'Dmitri', 'Elif', 'Farid', 'Giulia', 'Hana'].map((name, i) =>
    person('english-b2', name, 47 - i, {
      role: 'guest',
      identity: `g_${name.length}${i}k2`,
      tracks: i % 3 === 0 ? on : quiet,
    }),
  );
  const recording = { id: 'rec_board', state: 'recording' as const, startedAt: ago(90) };
  const recordings = [
    fakeRecording('board', {
      ...recording,
      createdAt: ago(90),
      bytes: 1_210_000_000,
      files: [],
      startedBy: 'u_maryam',
    }),
    fakeRecording('interviews', {
      id: 'rec_2',
      state: 'composing',
      progress: 0.62,
      createdAt: ago(61),
      files: [],
    }),
    fakeRecording('english-b2', { id: 'rec_1', createdAt: ago(1440), startedBy: 'u_lena' }),
  ];
  return {
    recordings,
    rooms,
    people: [
      person('board', 'Maryam Karimi', 93, { role: 'owner', tracks: [...on, fakeTrack('screen_share')] }),
      person('board', 'Jonas Weber', 92, { tracks: quiet }),
      person('board', 'Sofia Rossi', 90, { path: 'turn-tls', connectMs: 382 }),
      person('daily-standup', 'Ali Rezaei', 11, { role: 'moderator' }),
      person('daily-standup', 'Zoë Martin', 10, { tracks: quiet }),
      person('daily-standup', '田中 健', 10, { identity: 'u_tanaka' }),
      person('daily-standup', 'Lena Fischer', 9, { path: 'tcp', connectMs: 286 }),
      person('daily-standup', 'Guest in the train', 4, {
        role: 'guest',
        identity: 'g_x81q',
        path: 'turn-tls',
        micLocked: true,
        tracks: [],
      }),
      person('support', 'Noor', 31, { role: 'moderator' }),
      person('support', 'Visitor', 2, {
        role: 'guest',
        identity: 'g_77ab',
        state: 'joining',
        path: null,
        connectMs: null,
        tracks: [],
      }),
      person('tehran-office', 'نسرین احمدی', 26, { role: 'owner', identity: 'u_nasrin' }),
      person('tehran-office', 'علی رضایی', 25, { identity: 'u_ali_r', path: 'turn-udp' }),
      ...students,
    ],
  };
}
