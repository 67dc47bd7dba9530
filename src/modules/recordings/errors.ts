import { DomainError, messageOf } from '../../lib/errors.ts';
import type { RecordingState } from '../../recording/states.ts';
import type { Cause } from './active-recording.ts';

export const TOO_LONG: Cause = {
  code: 'recording_too_long',
  message: 'The recording reached recording.maxDuration and was completed.',
};

export const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

export const diskFull = (dir: string, free: number): Cause => ({
  code: 'disk_nearly_full',
  message: `The recording was completed early: ${gib(free)} are left on the disk of ${dir}.`,
  fix: 'Free some space, or set recording.dir to a larger disk.',
});

export const noRoomOnDisk = (dir: string, free: number) =>
  new DomainError(
    'disk_nearly_full',
    `There is no room to record: ${gib(free)} are left on the disk of ${dir}.`,
    {
      fix: 'Free some space, or set recording.dir to a larger disk.',
    },
  );

export const unwritable = (dir: string, cause: unknown) =>
  new DomainError('recording_dir_unusable', `${dir} cannot be written: ${messageOf(cause)}`, {
    fix: 'Check recording.dir, who owns it, and whether its disk is full or read-only.',
    cause,
  });

export const notFound = (id: string) =>
  new DomainError('recording_not_found', `There is no recording "${id}".`, { fix: 'See didar record list.' });

export const fileNotFound = (name: string) =>
  new DomainError('recording_file_not_found', `The recording has no file "${name}".`, {
    fix: 'See its files: didar record show.',
  });

export const running = (room: string, id: string | undefined) =>
  new DomainError('recording_running', `"${room}" is being recorded already.`, {
    fix: 'Stop that recording first.',
    ...(id !== undefined && { details: { recording: id } }),
  });

export const notRunning = (id: string, state: RecordingState) =>
  new DomainError('recording_not_running', `"${id}" is not being recorded (${state}).`, {
    fix: 'Nothing has to be stopped.',
  });

export const stillNeeded = (id: string, state: RecordingState) =>
  new DomainError('recording_in_use', `"${id}" is not finished (${state}).`, {
    fix: 'Stop it, or wait until it is done; then delete it.',
  });

export const nobodyThere = (room: string) =>
  new DomainError('room_not_live', `Nobody is in "${room}": there is nothing to record.`, {
    fix: 'Start the recording when someone has joined.',
  });
