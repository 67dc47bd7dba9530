import type { Participant, Track } from '../../src/modules/participants/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';

const STARTED = Date.UTC(2026, 0, 1, 8);
const at = (minutes: number) => new Date(STARTED + minutes * 60_000).toISOString();

export const FULL: Participant['permissions'] = {
  publish: ['microphone', 'camera', 'screen_share', 'screen_share_audio'],
  subscribe: true,
  data: true,
  hidden: false,
};

export function fakeRoom(name: string, change: Partial<Room> = {}): Room {
  return {
    name,
    title: '',
    access: 'public',
    locked: false,
    maxParticipants: 100,
    emptyTimeout: 300,
    departureTimeout: 20,
    permissions: FULL,
    state: 'open',
    participants: 0,
    publishers: 0,
    session: null,
    recording: null,
    createdAt: at(0),
    updatedAt: at(0),
    ...change,
  };
}

export function fakeTrack(source: string, muted = false): Track {
  return { sid: `TR_${source}`, source, kind: source.startsWith('m') ? 'audio' : 'video', muted };
}

export function fakeParticipant(room: string, name: string, change: Partial<Participant> = {}): Participant {
  return {
    identity: `u_${name.toLowerCase().replaceAll(' ', '')}`,
    sid: `PA_${name}`,
    room,
    name,
    role: 'attendee',
    state: 'active',
    joinedAt: at(1),
    path: 'udp',
    connectMs: 207,
    tracks: [fakeTrack('microphone'), fakeTrack('camera')],
    permissions: FULL,
    micLocked: false,
    ...change,
  };
}

export function fakeSystem(change: Partial<System['livekit']> = {}): System {
  return {
    version: '0.1.0',
    startedAt: at(0),
    uptime: 60,
    pid: 1,
    ready: true,
    draining: false,
    url: 'https://meet.example.org',
    memory: { rss: 60_000_000 },
    counts: { rooms: 0, liveRooms: 0, participants: 0 },
    livekit: {
      mode: 'embedded',
      state: 'ready',
      version: '1.13.5',
      pid: 2,
      startedAt: at(0),
      restarts: 0,
      nextStartAt: null,
      lastExit: null,
      missing: [],
      ...change,
    },
  };
}
