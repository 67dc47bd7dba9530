/** The life of a recording, in order; `failed` can follow any of them and leaves what there is. */
export const RECORDING_STATES = [
  'starting',
  'recording',
  /** livekit or the recorder went away; it goes on in a new part. */
  'reconnecting',
  'stopping',
  'composing',
  'uploading',
  'done',
  'failed',
] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** While one of these, media is being stored, and the room counts as recorded. */
export const ACTIVE_STATES: readonly RecordingState[] = ['starting', 'recording', 'reconnecting', 'stopping'];
