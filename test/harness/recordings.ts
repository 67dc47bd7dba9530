import type { Recording } from '../../src/modules/recordings/model.ts';
import { asAdmin, type Didar } from './didar.ts';
import { allProcesses } from './process.ts';
import { eventually, within } from './within.ts';

const COMPOSING_LIMIT_MS = 60_000;

export function startRecording(
  didar: Didar,
  room: string,
  options?: Partial<Recording['options']>,
): Promise<Recording> {
  return asAdmin<Recording>(didar, `/api/room/${room}/recordings`, { method: 'POST', json: options });
}

export function stopRecording(didar: Didar, id: string): Promise<Recording> {
  return asAdmin<Recording>(didar, `/api/recording/${id}/stop`, { method: 'POST' });
}

export function showRecording(didar: Didar, id: string): Promise<Recording> {
  return asAdmin<Recording>(didar, `/api/recording/${id}`);
}

/** Of a room, newest first. */
export async function recordingsOf(didar: Didar, room: string): Promise<readonly Recording[]> {
  return (await asAdmin<{ items: Recording[] }>(didar, `/api/recording?room=${room}`)).items;
}

/** Waits for a state; rejects with the cause of a recording that failed instead. */
export function recordingIs(didar: Didar, id: string, state: Recording['state']): Promise<Recording> {
  return within(
    COMPOSING_LIMIT_MS,
    async () => {
      const recording = await showRecording(didar, id);
      if (recording.state === 'failed' && state !== 'failed')
        throw new Error(JSON.stringify(recording.cause));
      return recording.state === state && recording;
    },
    `a recording that is ${state}`,
  );
}

/** Waits until so much of the meeting is on the disk. */
export function recordedFor(didar: Didar, id: string, ms: number): Promise<unknown> {
  return eventually(async () => (await showRecording(didar, id)).duration >= ms, `${ms} ms of recording`);
}

/** Its children that record; a killed one is not among them. */
export async function recordersOf(didar: Didar): Promise<number[]> {
  return (await allProcesses())
    .filter(({ parent, argv }) => parent === didar.pid && argv.includes('recorder'))
    .map(({ pid }) => pid);
}
