import { toTimestamp } from '../../lib/schema.ts';
import type { Recording, RecordingFile, RecordingOptions } from './model.ts';
import type { FileRow, RecordingRow } from './repo.ts';

const timeOrNull = (ms: number | null) => (ms === null ? null : toTimestamp(ms));

/** A recording as the API tells of it. */
export function showRecording(row: RecordingRow, files: readonly FileRow[]): Recording {
  return {
    id: row.id,
    room: row.roomName,
    backend: row.backend,
    state: row.state,
    cause: row.cause,
    options: row.options as RecordingOptions,
    startedBy: row.startedBy,
    stoppedBy: row.stoppedBy,
    createdAt: toTimestamp(row.createdAt),
    startedAt: timeOrNull(row.startedAt),
    stoppedAt: timeOrNull(row.stoppedAt),
    finishedAt: timeOrNull(row.finishedAt),
    duration: row.duration,
    bytes: row.bytes,
    parts: row.parts,
    progress: row.progress === null ? null : row.progress / 1000,
    files: files.map(showFile),
  };
}

function showFile({ name, kind, contentType, bytes, sha256, storage, createdAt }: FileRow): RecordingFile {
  return { name, kind, contentType, bytes, sha256, storage, createdAt: toTimestamp(createdAt) };
}
