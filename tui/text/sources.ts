import type { TrackSource } from '../../src/access/permissions.ts';

/** What a participant may publish, in people's words. */
export const TRACK_SOURCES_SHOWN: readonly { readonly source: TrackSource; readonly label: string }[] = [
  { source: 'microphone', label: 'microphone' },
  { source: 'camera', label: 'camera' },
  { source: 'screen_share', label: 'screen' },
  { source: 'screen_share_audio', label: 'sound of the screen' },
];
