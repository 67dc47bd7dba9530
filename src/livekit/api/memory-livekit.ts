import { FULL_PERMISSIONS, type Permissions } from '../../access/permissions.ts';
import type { RoomRole } from '../../access/principal.ts';
import { DomainError } from '../../lib/errors.ts';
import type { LiveKitFact, LiveKitWebhook } from '../webhook/webhook.ts';
import type { LiveKitParticipant, LiveKitRoom, LiveKitTrack } from './entities.ts';
import type { LiveKitApi } from './livekit-api.ts';

/** A LiveKit without network or media, for tests: what happens in it, the webhooks it sends, the lists it answers. */
export interface MemoryLiveKit extends LiveKitApi {
  /** Webhooks that were "sent" since the last call, in the order of what happened. */
  takeWebhooks(): LiveKitWebhook[];
  /** Signalling only; nothing is told of it until the media is connected. */
  join(room: string, identity: string, permissions?: Permissions, role?: RoomRole): LiveKitParticipant;
  connect(room: string, identity: string): void;
  publish(room: string, identity: string, source?: string): LiveKitTrack;
  unpublish(room: string, identity: string): void;
  /** By the client itself, of which LiveKit tells nobody. */
  mute(room: string, identity: string): void;
  leave(room: string, identity: string): void;
  end(room: string): void;
  /** As after a kill: everything is gone and nothing is told. */
  restart(): void;
  /** Calls of the API so far, as `method room identity`. */
  readonly calls: string[];
  /** Set to make every call fail with it. */
  failure: DomainError | undefined;
  /** Called when a list was made and hasn't arrived yet: what happens then is not in it. */
  whileOnItsWay: (method: 'listRooms' | 'listParticipants') => void;
}

type World = Map<string, { room: LiveKitRoom; people: Map<string, LiveKitParticipant> }>;

export function createMemoryLiveKit(now: () => number): MemoryLiveKit {
  const world: World = new Map();
  const calls: string[] = [];
  let webhooks: LiveKitWebhook[] = [];
  let count = 0;

  const sid = (prefix: string) => `${prefix}_${++count}`;
  const tell = (fact: LiveKitFact) => void webhooks.push({ id: sid('EV'), fact });

  function entry(name: string) {
    const found = world.get(name);
    if (!found) throw new DomainError('room_not_found', 'This room is not live.');
    return found;
  }

  function roomNow(name: string): LiveKitRoom {
    const { room, people } = entry(name);
    return { ...room, participants: people.size };
  }

  function find(name: string, identity: string): LiveKitParticipant {
    const participant = world.get(name)?.people.get(identity);
    if (!participant) throw new DomainError('participant_not_found', 'No such participant is in this room.');
    return participant;
  }

  function change(name: string, identity: string, change: Partial<LiveKitParticipant>): LiveKitParticipant {
    const before = find(name, identity);
    const after = { ...before, ...change, version: before.version + 1 };
    entry(name).people.set(identity, after);
    return after;
  }

  function open(name: string): void {
    if (world.has(name)) return;
    world.set(name, {
      room: { sid: sid('RM'), name, createdAt: now(), participants: 0 },
      people: new Map(),
    });
    tell({ kind: 'room_started', room: roomNow(name) });
  }

  function leave(name: string, identity: string, reason: string): void {
    const participant = find(name, identity);
    entry(name).people.delete(identity);
    const connected = participant.state === 'active';
    tell({ kind: 'participant_left', room: roomNow(name), participant, reason, connected });
  }

  function tellTrack(
    kind: 'track_published' | 'track_unpublished',
    name: string,
    identity: string,
    track: LiveKitTrack,
  ) {
    const { sid, name: roomName } = roomNow(name);
    const participant = { sid: find(name, identity).sid, identity };
    tell({ kind, room: { sid, name: roomName, participants: 0 }, participant, track });
  }

  function called(...words: string[]): void {
    calls.push(words.join(' '));
    if (memory.failure) throw memory.failure;
  }

  const memory: MemoryLiveKit = {
    calls,
    failure: undefined,
    whileOnItsWay: () => undefined,
    takeWebhooks() {
      const taken = webhooks;
      webhooks = [];
      return taken;
    },
    join(name, identity, permissions = FULL_PERMISSIONS, role = 'guest') {
      open(name);
      if (world.get(name)?.people.has(identity)) leave(name, identity, 'duplicate_identity');
      const participant: LiveKitParticipant = {
        sid: sid('PA'),
        identity,
        name: identity,
        role,
        state: 'joining',
        joinedAt: now(),
        version: 1,
        tracks: [],
        permissions,
      };
      entry(name).people.set(identity, participant);
      return participant;
    },
    connect(name, identity) {
      const participant = change(name, identity, { state: 'active' });
      tell({ kind: 'participant_joined', room: roomNow(name), participant });
    },
    publish(name, identity, source = 'microphone') {
      const track: LiveKitTrack = { sid: sid('TR'), source, kind: 'audio', muted: false };
      change(name, identity, { tracks: [...find(name, identity).tracks, track] });
      tellTrack('track_published', name, identity, track);
      return track;
    },
    unpublish(name, identity) {
      const [track, ...rest] = find(name, identity).tracks;
      if (!track) return;
      change(name, identity, { tracks: rest });
      tellTrack('track_unpublished', name, identity, track);
    },
    mute(name, identity) {
      const tracks = find(name, identity).tracks.map((track) => ({ ...track, muted: !track.muted }));
      change(name, identity, { tracks });
    },
    leave: (name, identity) => leave(name, identity, 'client_initiated'),
    end(name) {
      const { people } = entry(name);
      for (const identity of people.keys()) leave(name, identity, 'room_deleted');
      const room = roomNow(name);
      world.delete(name);
      tell({ kind: 'room_finished', room });
    },
    restart() {
      world.clear();
      webhooks = [];
    },

    async listRooms() {
      called('listRooms');
      const list = [...world.keys()].map(roomNow);
      memory.whileOnItsWay('listRooms');
      return list;
    },
    async listParticipants(name) {
      called('listParticipants', name);
      const list = [...(world.get(name)?.people.values() ?? [])];
      memory.whileOnItsWay('listParticipants');
      return list;
    },
    async createRoom({ name }) {
      called('createRoom', name);
      open(name);
      return roomNow(name);
    },
    async deleteRoom(name) {
      called('deleteRoom', name);
      memory.end(name);
    },
    async removeParticipant(name, identity) {
      called('removeParticipant', name, identity);
      leave(name, identity, 'participant_removed');
    },
    async mutePublishedTrack(name, identity, trackSid, muted) {
      called('mutePublishedTrack', name, identity, muted ? 'on' : 'off');
      const tracks = find(name, identity).tracks.map((track) =>
        track.sid === trackSid ? { ...track, muted } : track,
      );
      change(name, identity, { tracks });
    },
    async updateParticipant(name, identity, { permissions, role }) {
      called('updateParticipant', name, identity);
      for (const track of find(name, identity).tracks) {
        if (permissions.publish.some((source) => source === track.source)) continue;
        const tracks = find(name, identity).tracks.filter(({ sid }) => sid !== track.sid);
        change(name, identity, { tracks });
        tellTrack('track_unpublished', name, identity, track);
      }
      return change(name, identity, { permissions, ...(role && { role }) });
    },
    async setRoomMetadata(name, metadata) {
      called('setRoomMetadata', name, JSON.stringify(metadata));
    },

    async sendData(name, identities, topic, payload) {
      called('sendData', name, identities.join(','), topic, JSON.stringify(payload));
    },
  };
  return memory;
}
