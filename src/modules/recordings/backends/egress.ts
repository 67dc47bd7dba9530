import { chmod, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../../lib/clock.ts';
import { messageOf } from '../../../lib/errors.ts';
import type { Logger } from '../../../lib/log.ts';
import type { EgressApi } from '../../../livekit/api/egress-api.ts';
import type { LiveKitEgress } from '../../../livekit/api/egress-entity.ts';
import { type EgressOutput, egressRequest, recordingOf } from '../../../livekit/egress/output.ts';
import type { EgressWorkers } from '../../../livekit/egress/workers.ts';
import type { RecordingOptions } from '../model.ts';
import type { RecordingBackend, Take } from './backend.ts';
import { EgressRecording } from './egress-recording.ts';

export interface EgressBackendDeps {
  readonly api: EgressApi;
  readonly workers: EgressWorkers | undefined;
  readonly output: EgressOutput | undefined;
  /** Throws what would keep a recording from beginning. */
  readonly preflight: () => Promise<unknown>;
  /** Whether there was such a recording, which has ended. */
  readonly hasEnded: (recordingId: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** LiveKit's egress: a worker elsewhere, with a browser, that livekit-server hands recordings to. */
export interface EgressBackend extends RecordingBackend {
  /** Takes in what a webhook says of any egress. */
  hear(egress: LiveKitEgress): void;
}

export function egressBackend(deps: EgressBackendDeps): EgressBackend {
  const { api, workers, output, preflight, clock, log } = deps;
  const ongoing = new Map<string, EgressRecording>();

  function follow(take: Take, isNew: boolean): EgressRecording {
    const { id, roomName, options } = take.row;
    const recording = new EgressRecording({
      take,
      api,
      workers,
      clock,
      log,
      ...(isNew && output && { request: egressRequest(output, roomName, id, options as RecordingOptions) }),
      ...(output?.kind === 'shared' && { prepare: () => openAsItsParent(take.dir) }),
      onOver: () => void ongoing.delete(id),
    });
    ongoing.set(id, recording);
    return recording;
  }

  /** A worker began after we had given up on it. */
  function stopLate({ id }: LiveKitEgress): void {
    api.stop(id).catch((error: unknown) => {
      log.warn('an egress that nobody waits for goes on', { egress: id, error: messageOf(error) });
    });
  }

  return {
    // A worker that uploads fills no disk of ours until its file is fetched.
    fillsDisk: output?.kind === 'shared',
    async check() {
      await preflight();
    },
    begin: (take) => follow(take, true),
    resume: (take) => follow(take, false),
    hear(egress) {
      const id = recordingOf(egress.requestedPath);
      if (id === undefined) return;
      const recording = ongoing.get(id);
      if (recording) recording.see(egress);
      else if (egress.state === 'active' && deps.hasEnded(id)) stopLate(egress);
    },
  };
}

/** Whoever was let into `recording.dir`, as the worker's user has to be, is let into each recording. */
async function openAsItsParent(dir: string): Promise<void> {
  const { mode } = await stat(dirname(dir));
  await chmod(dir, mode);
}
