import {
  CreateRoomRequest,
  DataPacket_Kind,
  DeleteRoomRequest,
  DeleteRoomResponse,
  ListParticipantsRequest,
  ListParticipantsResponse,
  ListRoomsRequest,
  ListRoomsResponse,
  MuteRoomTrackRequest,
  MuteRoomTrackResponse,
  ParticipantInfo,
  RemoveParticipantResponse,
  Room,
  RoomParticipantIdentity,
  SendDataRequest,
  SendDataResponse,
  UpdateParticipantRequest,
  UpdateRoomMetadataRequest,
} from '@livekit/protocol';
import type { Permissions } from '../../access/permissions.ts';
import type { RoomRole } from '../../access/principal.ts';
import { toLiveKitPermission } from '../tokens/permissions.ts';
import {
  type LiveKitParticipant,
  type LiveKitRoom,
  participantFromLiveKit,
  roomFromLiveKit,
} from './entities.ts';
import { createTwirpClient, type TwirpOptions } from './twirp.ts';

export interface RoomSettings {
  readonly name: string;
  /** Seconds. */
  readonly emptyTimeout: number;
  /** Seconds. */
  readonly departureTimeout: number;
  readonly maxParticipants: number;
}

/** LiveKit's RoomService in our words. Every method throws the DomainErrors of `createTwirpClient`. */
export interface LiveKitApi {
  listRooms(): Promise<LiveKitRoom[]>;
  /** Those who are in the room now; empty when the room isn't live. */
  listParticipants(room: string): Promise<LiveKitParticipant[]>;
  /** Makes the room, or answers the one that is there already. */
  createRoom(settings: RoomSettings): Promise<LiveKitRoom>;
  deleteRoom(room: string): Promise<void>;
  removeParticipant(room: string, identity: string): Promise<void>;
  mutePublishedTrack(room: string, identity: string, trackSid: string, muted: boolean): Promise<void>;
  /** Replaces what a participant may do, and the role others see; tracks of sources taken away are unpublished. */
  updateParticipant(
    room: string,
    identity: string,
    change: { readonly permissions: Permissions; readonly role?: RoomRole },
  ): Promise<LiveKitParticipant>;
  /** Replaces what everyone in the room can read of it. */
  setRoomMetadata(room: string, metadata: unknown): Promise<void>;
  /** A reliable data message from the server to these identities. */
  sendData(room: string, identities: readonly string[], topic: string, payload: unknown): Promise<void>;
}

export function createLiveKitApi(options: TwirpOptions): LiveKitApi {
  const call = createTwirpClient(options);
  const admin = (room: string) => ({ roomAdmin: true, room });

  return {
    async listRooms() {
      const { rooms } = await call({
        method: 'ListRooms',
        request: new ListRoomsRequest(),
        answer: ListRoomsResponse,
        grant: { roomList: true },
      });
      return rooms.map(roomFromLiveKit);
    },

    async listParticipants(room) {
      const { participants } = await call({
        method: 'ListParticipants',
        request: new ListParticipantsRequest({ room }),
        answer: ListParticipantsResponse,
        grant: admin(room),
      });
      return participants.map(participantFromLiveKit).filter(({ state }) => state !== 'gone');
    },

    async createRoom(settings) {
      const room = await call({
        method: 'CreateRoom',
        request: new CreateRoomRequest({ ...settings }),
        answer: Room,
        grant: { roomCreate: true },
      });
      return roomFromLiveKit(room);
    },

    async deleteRoom(room) {
      await call({
        method: 'DeleteRoom',
        request: new DeleteRoomRequest({ room }),
        answer: DeleteRoomResponse,
        grant: { roomCreate: true },
      });
    },

    async removeParticipant(room, identity) {
      await call({
        method: 'RemoveParticipant',
        request: new RoomParticipantIdentity({ room, identity }),
        answer: RemoveParticipantResponse,
        grant: admin(room),
      });
    },

    async mutePublishedTrack(room, identity, trackSid, muted) {
      await call({
        method: 'MutePublishedTrack',
        request: new MuteRoomTrackRequest({ room, identity, trackSid, muted }),
        answer: MuteRoomTrackResponse,
        grant: admin(room),
      });
    },

    async updateParticipant(room, identity, { permissions, role }) {
      const info = await call({
        method: 'UpdateParticipant',
        request: new UpdateParticipantRequest({
          room,
          identity,
          permission: toLiveKitPermission(permissions),
          attributes: role === undefined ? {} : { role },
        }),
        answer: ParticipantInfo,
        grant: admin(room),
      });
      return participantFromLiveKit(info);
    },

    async setRoomMetadata(room, metadata) {
      await call({
        method: 'UpdateRoomMetadata',
        request: new UpdateRoomMetadataRequest({ room, metadata: JSON.stringify(metadata) }),
        answer: Room,
        grant: admin(room),
      });
    },

    async sendData(room, identities, topic, payload) {
      await call({
        method: 'SendData',
        request: new SendDataRequest({
          room,
          destinationIdentities: [...identities],
          topic,
          kind: DataPacket_Kind.RELIABLE,
          data: new TextEncoder().encode(JSON.stringify(payload)),
        }),
        answer: SendDataResponse,
        grant: admin(room),
      });
    },
  };
}
