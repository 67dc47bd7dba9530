import { TrackSource as LiveKitSource, ParticipantPermission } from '@livekit/protocol';
import { type Permissions, TRACK_SOURCES, type TrackSource } from '../../access/permissions.ts';

const TO_LIVEKIT: Record<TrackSource, LiveKitSource> = {
  microphone: LiveKitSource.MICROPHONE,
  camera: LiveKitSource.CAMERA,
  screen_share: LiveKitSource.SCREEN_SHARE,
  screen_share_audio: LiveKitSource.SCREEN_SHARE_AUDIO,
};

/**
 * Our permissions as LiveKit's grant in a join token. LiveKit reads an empty list of sources as "all of them", so
 * nothing to publish has to be said as `canPublish: false`.
 */
export function toVideoGrant(permissions: Permissions): Readonly<Record<string, unknown>> {
  return {
    canPublish: permissions.publish.length > 0,
    canPublishSources: permissions.publish,
    canSubscribe: permissions.subscribe,
    canPublishData: permissions.data,
    canUpdateOwnMetadata: false,
    hidden: permissions.hidden,
  };
}

/** Our permissions for `UpdateParticipant`, which replaces all that it doesn't name. */
export function toLiveKitPermission(permissions: Permissions): ParticipantPermission {
  return new ParticipantPermission({
    canPublish: permissions.publish.length > 0,
    canPublishSources: permissions.publish.map((source) => TO_LIVEKIT[source]),
    canSubscribe: permissions.subscribe,
    canPublishData: permissions.data,
    canUpdateMetadata: false,
    hidden: permissions.hidden,
  });
}

/** What LiveKit says that a participant may do, in our words and in the order of `TRACK_SOURCES`. */
export function permissionsFromLiveKit(permission: ParticipantPermission | undefined): Permissions {
  return {
    publish: permission?.canPublish ? sourcesOf(permission) : [],
    subscribe: permission?.canSubscribe ?? false,
    data: permission?.canPublishData ?? false,
    hidden: permission?.hidden ?? false,
  };
}

function sourcesOf(permission: ParticipantPermission): readonly TrackSource[] {
  if (permission.canPublishSources.length === 0) return TRACK_SOURCES;
  return TRACK_SOURCES.filter((source) => permission.canPublishSources.includes(TO_LIVEKIT[source]));
}
