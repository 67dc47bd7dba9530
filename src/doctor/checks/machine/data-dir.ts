import type { Check } from '../../check.ts';
import { judgeDirectory } from './directory.ts';

const MB = 1024 * 1024;
/** An hour of a meeting with a few cameras, about. */
const HOUR_OF_RECORDING = 2048 * MB;

/** The data directory is there, ours, and has room. */
export const dataDirCheck: Check = {
  id: 'data.directory',
  title: 'The data directory is ours and has room',
  run: ({ dataDir }) =>
    judgeDirectory(dataDir.path, {
      key: 'data',
      low: 1024 * MB,
      empty: 100 * MB,
      makeRoom: 'Make room, set recording.retention, or name a larger disk in data or recording.dir.',
    }),
};

/** Recordings can be written, for an hour at least. */
export const recordingDirCheck: Check = {
  id: 'recording.directory',
  title: 'Recordings can be written',
  run: ({ config }) =>
    judgeDirectory(config.recording.dir, {
      key: 'recording.dir',
      low: HOUR_OF_RECORDING,
      empty: 100 * MB,
      makeRoom: 'Make room, set recording.retention, or name a larger disk in recording.dir.',
    }),
};
