import { RoomEndReason } from '@livekit/protocol';
import { type WebhookEvent, WebhookReceiver } from 'livekit-server-sdk';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { egressFromLiveKit, type LiveKitEgress } from '../api/egress-entity.ts';
import {
  type LiveKitParticipant,
  type LiveKitRoom,
  type LiveKitTrack,
  leaveReasonOf,
  participantFromLiveKit,
  roomFromLiveKit,
  trackFromLiveKit,
} from '../api/entities.ts';
import type { LiveKitKey } from '../tokens/key.ts';

/** What LiveKit tells of rooms and people; `other` is everything that we take note of but don't use. */
export type LiveKitFact =
  | { readonly kind: 'room_started'; readonly room: LiveKitRoom }
  | { readonly kind: 'room_finished'; readonly room: LiveKitRoom; readonly reason?: string }
  | {
      readonly kind: 'participant_joined';
      readonly room: LiveKitRoom;
      readonly participant: LiveKitParticipant;
    }
  | {
      /** `connected: false`: their media never came through. */
      readonly kind: 'participant_left';
      readonly room: LiveKitRoom;
      readonly participant: LiveKitParticipant;
      readonly reason?: string;
      readonly connected: boolean;
    }
  | {
      readonly kind: 'track_published' | 'track_unpublished';
      readonly room: LiveKitRoom;
      readonly participant: { readonly sid: string; readonly identity: string };
      readonly track: LiveKitTrack;
    }
  | { readonly kind: 'egress'; readonly egress: LiveKitEgress }
  | { readonly kind: 'other'; readonly name: string };

export interface LiveKitWebhook {
  /** The same for every delivery of one event. */
  readonly id: string;
  readonly fact: LiveKitFact;
}

/**
 * Makes the receiver of LiveKit's webhooks: checks that the Authorization token was signed with our key and covers
 * exactly these bytes, then reads the event.
 *
 * @throws DomainError `webhook_forged` (signature or body hash doesn't hold), `webhook_invalid` (not an event)
 */
export function receiveWebhook(
  key: LiveKitKey,
): (body: string, authorization: string | undefined) => Promise<LiveKitWebhook> {
  const receiver = new WebhookReceiver(key.apiKey, key.apiSecret);
  return async (body, authorization) => {
    let event: WebhookEvent;
    try {
      event = await receiver.receive(body, authorization?.replace(/^Bearer /i, ''));
    } catch (error) {
      throw isMalformed(error) ? invalid(messageOf(error)) : forged(error);
    }
    if (event.id === '') throw invalid('it has no id');
    return { id: event.id, fact: factOf(event) };
  };
}

/** The body is read only after its signature held; JSON and protobuf errors are therefore LiveKit's own. */
function isMalformed(error: unknown): boolean {
  return error instanceof SyntaxError || messageOf(error).startsWith('cannot decode');
}

function forged(cause: unknown): DomainError {
  return new DomainError('webhook_forged', "This webhook isn't signed with this server's LiveKit key.", {
    fix: "In the media server's webhook section, api_key must be the key of livekit.apiKey.",
    cause,
  });
}

function invalid(reason: string): DomainError {
  return new DomainError('webhook_invalid', `This webhook can't be read: ${reason}.`);
}

function factOf(event: WebhookEvent): LiveKitFact {
  if (event.egressInfo) return { kind: 'egress', egress: egressFromLiveKit(event.egressInfo) };
  const room = event.room && roomFromLiveKit(event.room);
  const participant = event.participant && participantFromLiveKit(event.participant);
  if (!room) return { kind: 'other', name: event.event };
  switch (event.event) {
    case 'room_started':
      return { kind: 'room_started', room };
    case 'room_finished':
      return { kind: 'room_finished', room, reason: endReasonOf(event) };
    case 'participant_joined':
      if (participant) return { kind: 'participant_joined', room, participant };
      break;
    case 'participant_left':
    case 'participant_connection_aborted':
      if (participant && event.participant) {
        const reason = leaveReasonOf(event.participant);
        return {
          kind: 'participant_left',
          room,
          participant,
          reason,
          connected: event.event === 'participant_left',
        };
      }
      break;
    case 'track_published':
    case 'track_unpublished':
      if (participant && event.track) {
        return { kind: event.event, room, participant, track: trackFromLiveKit(event.track) };
      }
  }
  return { kind: 'other', name: event.event };
}

function endReasonOf(event: WebhookEvent): string | undefined {
  if (event.roomEndReason === RoomEndReason.ROOM_END_UNKNOWN) return undefined;
  return RoomEndReason[event.roomEndReason]?.toLowerCase().replace('room_end_', '');
}
