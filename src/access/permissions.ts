/** The sources a participant may publish, in LiveKit's words. */
export const TRACK_SOURCES = ['microphone', 'camera', 'screen_share', 'screen_share_audio'] as const;
export type TrackSource = (typeof TRACK_SOURCES)[number];

/** What a participant may do inside a room; what the join token grants and what `PATCH …/participants/:identity` changes. */
export interface Permissions {
  readonly publish: readonly TrackSource[];
  readonly subscribe: boolean;
  readonly data: boolean;
  readonly hidden: boolean;
}

export const FULL_PERMISSIONS: Permissions = {
  publish: TRACK_SOURCES,
  subscribe: true,
  data: true,
  hidden: false,
};
