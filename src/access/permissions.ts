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

/** The same permissions with some of them changed. */
export function changePermissions(current: Permissions, change: Partial<Permissions>): Permissions {
  return { ...current, ...change };
}

/** The same permissions without one source. */
export function withoutSource(current: Permissions, source: TrackSource): Permissions {
  return { ...current, publish: current.publish.filter((kept) => kept !== source) };
}

/** Whether both allow the same, in whatever order they name it. */
export function samePermissions(a: Permissions, b: Permissions): boolean {
  return (
    a.subscribe === b.subscribe &&
    a.data === b.data &&
    a.hidden === b.hidden &&
    a.publish.length === b.publish.length &&
    a.publish.every((source) => b.publish.includes(source))
  );
}
