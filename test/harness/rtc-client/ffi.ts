import { type LocalTrack, TrackSource } from '@livekit/rtc-node';
import type { PublishableSource } from './messages.ts';

/** What rtc-node leaves out of its API but its native half can do; reached through its one client instance. */
interface NativeClient {
  request(message: unknown): unknown;
  on(event: 'ffi_event', listener: (event: FfiEvent) => void): void;
}

interface FfiEvent {
  readonly message: {
    readonly case?: string;
    readonly value?: { readonly message?: { readonly case?: string; readonly value?: PermissionChange } };
  };
}

interface PermissionChange {
  readonly participantIdentity?: string;
  readonly permission?: {
    readonly canPublish?: boolean;
    readonly canPublishSources: readonly TrackSource[];
  };
}

function native(): NativeClient | undefined {
  return globalThis._ffiClientInstance as NativeClient | undefined;
}

const SOURCE_NAMES: Readonly<Record<number, string>> = {
  [TrackSource.SOURCE_MICROPHONE]: 'microphone',
  [TrackSource.SOURCE_CAMERA]: 'camera',
  [TrackSource.SOURCE_SCREENSHARE]: 'screen_share',
  [TrackSource.SOURCE_SCREENSHARE_AUDIO]: 'screen_share_audio',
};

export const PUBLISHED_AS: Readonly<Record<PublishableSource, TrackSource>> = {
  microphone: TrackSource.SOURCE_MICROPHONE,
  camera: TrackSource.SOURCE_CAMERA,
  screen_share: TrackSource.SOURCE_SCREENSHARE,
};

/** A source in the words of the API. */
export function sourceName(source: TrackSource | undefined): string {
  return SOURCE_NAMES[source ?? TrackSource.SOURCE_UNKNOWN] ?? 'unknown';
}

/** Calls `changed` when the server changes what `identity` may publish. */
export function onPermissions(
  identity: () => string | undefined,
  changed: (permissions: { canPublish: boolean; sources: string[] }) => void,
): void {
  native()?.on('ffi_event', ({ message }) => {
    const event = message.case === 'roomEvent' ? message.value?.message : undefined;
    if (event?.case !== 'participantPermissionChanged') return;
    if (event.value?.participantIdentity !== identity()) return;
    const permission = event.value?.permission;
    if (!permission) return;
    changed({
      canPublish: permission.canPublish ?? false,
      sources: permission.canPublishSources.map(sourceName),
    });
  });
}

/** Mutes or unmutes an own track, as a microphone button does. */
export function setTrackMuted(track: LocalTrack, mute: boolean): void {
  native()?.request({
    message: { case: 'localTrackMute', value: { trackHandle: track.ffi_handle.handle, mute } },
  });
}
