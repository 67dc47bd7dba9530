import type { BackupFile } from '../../src/modules/backups/model.ts';
import type { Finding } from '../../src/modules/doctor/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { LiveParticipant, Participant, Track } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Denial, Room } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import type { Usage } from '../../src/modules/usage/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../src/modules/webhooks/model.ts';

const STARTED = Date.UTC(2026, 0, 1, 8);
const at = (minutes: number) => new Date(STARTED + minutes * 60_000).toISOString();

export const FULL: Participant['permissions'] = {
  publish: ['microphone', 'camera', 'screen_share', 'screen_share_audio'],
  subscribe: true,
  data: true,
  hidden: false,
};

const EVERYTHING = { ...FULL, moderate: true, record: true, invite: true };
const MEDIA_ONLY = { ...FULL, moderate: false, record: false, invite: false };

export function fakeRoom(name: string, change: Partial<Room> = {}): Room {
  return {
    name,
    title: '',
    access: 'public',
    locked: false,
    approval: false,
    hasPassword: false,
    maxParticipants: 100,
    emptyTimeout: 300,
    departureTimeout: 20,
    permissions: FULL,
    roles: { owner: EVERYTHING, moderator: EVERYTHING, attendee: MEDIA_ONLY, guest: MEDIA_ONLY },
    autoRecord: false,
    consent: false,
    lowered: null,
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

export function fakeWaiting(room: string, name: string, minute: number): Waiting {
  const identity = `g_${name.toLowerCase()}`;
  return { room, identity, name, role: 'guest', state: 'waiting', since: at(minute), decidedBy: null };
}

export function fakeDenial(id: string, identity: string, change: Partial<Denial> = {}): Denial {
  return {
    id,
    kind: 'kick',
    identity,
    address: null,
    name: null,
    createdBy: 'local',
    createdAt: at(4),
    expiresAt: null,
    ...change,
  };
}

export function fakeTrack(source: string, muted = false): Track {
  return { sid: `TR_${source}`, source, kind: source.startsWith('m') ? 'audio' : 'video', muted };
}

export function fakeParticipant(
  room: string,
  name: string,
  change: Partial<LiveParticipant> = {},
): LiveParticipant {
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
    reconnects: 0,
    tracks: [fakeTrack('microphone'), fakeTrack('camera')],
    permissions: FULL,
    micLocked: false,
    speaking: null,
    ...change,
  };
}

export function fakeRecording(room: string, change: Partial<Recording> = {}): Recording {
  return {
    id: `rec_${room}`,
    room,
    backend: 'builtin',
    state: 'done',
    cause: null,
    options: { layout: 'grid', width: 1280, height: 720, keepTracks: true },
    startedBy: 'local',
    stoppedBy: null,
    createdAt: at(2),
    startedAt: at(2),
    stoppedAt: at(50),
    finishedAt: at(52),
    duration: 2_880_000,
    bytes: 412_000_000,
    parts: 1,
    progress: null,
    files: [
      {
        name: 'meeting.mp4',
        kind: 'video',
        contentType: 'video/mp4',
        bytes: 212_000_000,
        sha256: null,
        storage: 'local',
        createdAt: at(52),
      },
    ],
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
    checks: {
      database: { ok: true },
      data: { ok: true },
      livekit: { ok: true },
      clock: { ok: true },
      certificate: { ok: true },
    },
    draining: false,
    url: 'https://meet.example.org',
    recordingDir: '/var/lib/didar/recordings',
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

const wave = (height: number, base: number) =>
  Array.from(
    { length: 360 },
    (_, i) => base + Math.round(height * (1 + Math.sin(i / 23)) * (0.8 + (i % 7) / 20)),
  );

const GB = 1_000_000_000;

export function fakeUsage(change: Partial<Usage> = {}): Usage {
  const none = Array.from({ length: 360 }, () => 0);
  const cpuMachine = wave(22, 4);
  const memoryUsed = wave(0.4 * GB, 1.9 * GB);
  return {
    measuredAt: at(10),
    cpu: {
      processors: 2,
      quota: null,
      machine: cpuMachine.at(-1) ?? 0,
      load: 0.7,
      didar: 1.2,
      livekit: 11.4,
      workers: 6.3,
    },
    memory: {
      total: 4 * GB,
      available: 4 * GB - (memoryUsed.at(-1) ?? 0),
      limitedBy: 'machine',
      didar: 61_000_000,
      livekit: 118_000_000,
      workers: 96_000_000,
    },
    disks: [{ holds: ['data', 'recordings'], path: '/var/lib/didar', total: 80 * GB, free: 31.2 * GB }],
    series: {
      step: 10,
      cpuMachine,
      cpuDidar: wave(1, 1),
      cpuLivekit: wave(6, 4),
      cpuWorkers: [...none.slice(0, 200), ...none.slice(200).map(() => 6.3)],
      load: wave(1, 0.2),
      memoryUsed,
      memoryDidar: wave(2_000_000, 58_000_000),
      memoryLivekit: wave(20_000_000, 90_000_000),
      memoryWorkers: [...none.slice(0, 200), ...none.slice(200).map(() => 96_000_000)],
      diskFreeData: none.map((_, i) => 31.2 * GB + (360 - i) * 1_000_000),
      diskFreeRecordings: none.map((_, i) => 31.2 * GB + (360 - i) * 1_000_000),
    },
    ...change,
  };
}

export function fakeNetwork(change: Partial<NetworkHealth> = {}): NetworkHealth {
  return {
    measuredAt: at(10),
    node: { ip: '203.0.113.5', ipv6: null, source: 'host', nat: false, seenAs: '203.0.113.5' },
    joins: { ok: 1204, failed: 11, successRate: 0.991 },
    paths: {
      now: { udp: 31, tcp: 2, 'turn-udp': 0, 'turn-tls': 4, unknown: 0 },
      day: { udp: 1050, tcp: 61, 'turn-udp': 3, 'turn-tls': 90, unknown: 0 },
    },
    connectMs: { p50: 207, p95: 382 },
    quality: { lossIn: 0.1, lossOut: 0.4, jitter: 4.2, rtt: 34, nacks: 3.1, plis: 0.2 },
    series: {
      step: 10,
      bytesIn: wave(400_000, 90_000),
      bytesOut: wave(1_900_000, 300_000),
      packetLossIn: wave(0, 0).map((_, i) => (i % 40 === 0 ? 0.6 : 0.1)),
      packetLossOut: wave(0, 0).map((_, i) => (i > 300 && i < 320 ? 3.4 : 0.4)),
      joins: wave(0, 0).map((_, i) => (i % 9 === 0 ? 0.1 : 0)),
      joinsFailed: wave(0, 0).map((_, i) => (i % 120 === 0 ? 0.1 : 0)),
      participants: wave(16, 4),
    },
    ports: [
      {
        protocol: 'tcp',
        port: 443,
        to: 443,
        purpose: 'page, API, signalling, TURN/TLS',
        key: 'server.port',
        listening: true,
        public: true,
      },
      {
        protocol: 'tcp',
        port: 7881,
        to: 7881,
        purpose: 'media over TCP',
        key: 'livekit.tcpPort',
        listening: true,
        public: true,
      },
      {
        protocol: 'udp',
        port: 50_000,
        to: 60_000,
        purpose: 'media',
        key: 'livekit.udpPorts',
        listening: null,
        public: true,
      },
      {
        protocol: 'udp',
        port: 3478,
        to: 3478,
        purpose: 'TURN',
        key: 'livekit.turn.udpPort',
        listening: true,
        public: true,
      },
    ],
    tests: [
      {
        name: 'turn-tls',
        title: 'TURN over TLS, port 443',
        state: 'ok',
        at: at(10),
        ms: 12,
        evidence: 'relay 203.0.113.5:31022',
        fix: null,
      },
      {
        name: 'turn-udp',
        title: 'TURN over UDP, port 3478',
        state: 'failed',
        at: at(10),
        ms: null,
        evidence: 'no answer in 3 s',
        fix: 'Open 3478/udp in the firewall.',
      },
    ],
    certificate: {
      mode: 'acme',
      subjects: ['meet.example.org'],
      notAfter: at(90_000),
      daysLeft: 61.4,
      fingerprint: 'AB:CD',
      problem: null,
    },
    problems: [
      {
        id: 'network.node-ip',
        title: 'Clients can reach the announced address',
        state: 'failed',
        evidence: '10.0.0.5 is announced, which is private.',
        fix: 'Set livekit.nodeIP to 203.0.113.5.',
        key: 'livekit.nodeIP',
      },
    ],
    failures: [
      {
        at: at(9),
        room: 'board',
        identity: 'g_7',
        reason: 'CONNECTION_TIMEOUT',
        cause: 'UDP is blocked on the way to this client',
        fix: null,
      },
    ],
    ...change,
  };
}

export const FAKE_FINDINGS: readonly Finding[] = [
  {
    id: 'network.node-ip',
    title: 'node address',
    state: 'ok',
    evidence: '203.0.113.5 is on eth0',
    fix: null,
    key: null,
    trouble: null,
    ms: 1,
  },
  {
    id: 'network.turn-udp',
    title: 'TURN over UDP',
    state: 'failed',
    evidence: 'no answer from 203.0.113.5:3478 in 3 s',
    fix: 'Open 3478/udp in the firewall of this machine and of its provider.',
    key: 'livekit.turn.udpPort',
    trouble: '17',
    ms: 3000,
  },
  {
    id: 'system.rmem',
    title: 'receive buffer',
    state: 'warning',
    evidence: 'net.core.rmem_max is 212992',
    fix: 'sysctl -w net.core.rmem_max=5000000',
    key: null,
    trouble: null,
    ms: 1,
  },
  {
    id: 'network.certificate',
    title: 'certificate',
    state: 'skipped',
    evidence: 'TLS is off',
    fix: null,
    key: 'server.tls.mode',
    trouble: null,
    ms: 0,
  },
];

export function fakeJob(id: string, change: Partial<Job> = {}): Job {
  return {
    id,
    kind: 'process_recording',
    state: 'queued',
    payload: { recordingId: 'rec_standup' },
    attempts: 0,
    maxAttempts: 5,
    runAt: at(3),
    startedAt: null,
    finishedAt: null,
    progress: 0,
    error: null,
    createdAt: at(3),
    ...change,
  };
}

export function fakeWebhook(
  id: string,
  name: string,
  change: Partial<WebhookEndpoint> = {},
): WebhookEndpoint {
  return {
    id,
    name,
    url: `https://${name}/hook`,
    kinds: [],
    rooms: [],
    enabled: true,
    pending: 0,
    dead: 0,
    goneAt: null,
    lastDeliveredAt: null,
    failing: null,
    createdBy: 'local',
    createdAt: at(0),
    ...change,
  };
}

export function fakeDelivery(
  webhook: string,
  event: number,
  change: Partial<WebhookDelivery> = {},
): WebhookDelivery {
  return {
    id: `msg_${webhook}_${event}`,
    webhook,
    event,
    kind: 'room.changed',
    object: 'room:standup',
    state: 'delivered',
    attempts: 1,
    status: 204,
    error: null,
    createdAt: at(event),
    finishedAt: at(event),
    ...change,
  };
}

export function fakeBackup(day: number, change: Partial<BackupFile> = {}): BackupFile {
  const name = `didar-202601${String(day).padStart(2, '0')}T030000.tar.zst`;
  return {
    name,
    path: `/var/lib/didar/backups/${name}`,
    bytes: 1_240_000 + day * 9_000,
    at: `2026-01-${String(day).padStart(2, '0')}T03:00:00.000Z`,
    encrypted: false,
    ...change,
  };
}
