import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Role } from '../theme/theme.ts';

const ACTIVE: ReadonlySet<string> = new Set<Recording['state']>([
  'starting',
  'recording',
  'reconnecting',
  'stopping',
]);

/** Whether media is being stored. */
export function isActive({ state }: { readonly state: string }): boolean {
  return ACTIVE.has(state);
}

/** How a state is to be taken. */
export function recordingRole(state: Recording['state']): Role {
  if (state === 'recording' || state === 'failed') return 'bad';
  if (state === 'done') return 'good';
  return 'warn';
}

/** `0:07`, `12:34`, `1:02:03`; of a recording that runs: up to `now`. */
export function recordedLength(recording: Recording, now: number): string {
  const running = recording.state === 'recording' && recording.startedAt !== null;
  const ms = running ? now - Date.parse(recording.startedAt ?? '') : recording.duration;
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** The file that people want: the composed one, else none yet. */
export function finishedFile(recording: Recording): Recording['files'][number] | undefined {
  return (
    recording.files.find(({ kind }) => kind === 'video') ??
    recording.files.find(({ kind }) => kind === 'audio')
  );
}
