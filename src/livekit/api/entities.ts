import {
  DisconnectReason,
  TrackSource as LiveKitSource,
  TrackType as LiveKitTrackType,
  type ParticipantInfo,
  ParticipantInfo_State,
  type Room,
  type TrackInfo,
} from '@livekit/protocol';
import type { Permissions } from '../../access/permissions.ts';
import { ROOM_ROLES, type RoomRole } from '../../access/principal.ts';
import { permissionsFromLiveKit } from '../tokens/permissions.ts';

/** One life of a room in LiveKit. */
export interface LiveKitRoom {
  readonly sid: string;
  readonly name: string;
  /** Milliseconds since the epoch; undefined where LiveKit tells only the SID (track webhooks). */
  readonly createdAt?: number;
  /** How many are in it, the hidden ones included. */
  readonly participants: number;
}

export interface LiveKitTrack {
  readonly sid: string;
  /** microphone, camera, screen_share, screen_share_audio, unknown */
  readonly source: string;
  readonly kind: 'audio' | 'video' | 'data';
  readonly muted: boolean;
}

/** One stay of a participant in a room. */
export interface LiveKitParticipant {
  readonly sid: string;
  readonly identity: string;
  readonly name: string;
  readonly role: RoomRole;
  /** joining: signalling only; active: media connected; gone: disconnected. */
  readonly state: 'joining' | 'active' | 'gone';
  /** Milliseconds since the epoch. */
  readonly joinedAt: number;
  /** Grows with every change that LiveKit makes to it. */
  readonly version: number;
  readonly tracks: readonly LiveKitTrack[];
  readonly permissions: Permissions;
}

export function roomFromLiveKit(room: Room): LiveKitRoom {
  const createdAt = Number(room.creationTimeMs) || Number(room.creationTime) * 1000;
  return {
    sid: room.sid,
    name: room.name,
    createdAt: createdAt === 0 ? undefined : createdAt,
    participants: room.numParticipants,
  };
}

export function participantFromLiveKit(info: ParticipantInfo): LiveKitParticipant {
  return {
    sid: info.sid,
    identity: info.identity,
    name: info.name,
    role: roleOf(info),
    state: stateOf(info),
    joinedAt: Number(info.joinedAtMs) || Number(info.joinedAt) * 1000,
    version: info.version,
    tracks: info.tracks.map(trackFromLiveKit),
    permissions: permissionsFromLiveKit(info.permission),
  };
}

export function trackFromLiveKit(track: TrackInfo): LiveKitTrack {
  return {
    sid: track.sid,
    source: LiveKitSource[track.source]?.toLowerCase() ?? 'unknown',
    kind:
      track.type === LiveKitTrackType.AUDIO
        ? 'audio'
        : track.type === LiveKitTrackType.VIDEO
          ? 'video'
          : 'data',
    muted: track.muted,
  };
}

/** `client_initiated`, `participant_removed`, `duplicate_identity`, …; undefined when LiveKit doesn't say. */
export function leaveReasonOf(info: ParticipantInfo): string | undefined {
  if (info.disconnectReason === DisconnectReason.UNKNOWN_REASON) return undefined;
  return DisconnectReason[info.disconnectReason]?.toLowerCase();
}

/** Our join tokens carry the role as an attribute that participants can't change. */
function roleOf(info: ParticipantInfo): RoomRole {
  return ROOM_ROLES.find((role) => role === info.attributes.role) ?? 'guest';
}

function stateOf(info: ParticipantInfo): LiveKitParticipant['state'] {
  switch (info.state) {
    case ParticipantInfo_State.ACTIVE:
      return 'active';
    case ParticipantInfo_State.DISCONNECTED:
      return 'gone';
    default:
      return 'joining';
  }
}
