import { type EgressInfo, EgressStatus, type RoomCompositeEgressRequest } from '@livekit/protocol';

/** One recording by an egress worker, as LiveKit tells of it. Times in milliseconds since the epoch. */
export interface LiveKitEgress {
  readonly id: string;
  readonly room: string;
  readonly state: EgressState;
  /** What went wrong, in the worker's words. */
  readonly error?: string;
  /** Where the file was asked for: a path on the worker, or a key in the bucket. */
  readonly requestedPath?: string;
  /** Undefined before the first media. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly file?: EgressFile;
}

/** `failed` may have left a file all the same; `aborted` ended before anything was stored. */
export type EgressState = 'starting' | 'active' | 'ending' | 'complete' | 'failed' | 'aborted';

export interface EgressFile {
  /** Path on the worker, or key in the bucket. */
  readonly name: string;
  /** URL of what was uploaded; else the path again. */
  readonly location: string;
  readonly bytes: number;
  /** Milliseconds. */
  readonly duration: number;
}

const STATES: Readonly<Record<EgressStatus, EgressState>> = {
  [EgressStatus.EGRESS_STARTING]: 'starting',
  [EgressStatus.EGRESS_ACTIVE]: 'active',
  [EgressStatus.EGRESS_ENDING]: 'ending',
  [EgressStatus.EGRESS_COMPLETE]: 'complete',
  [EgressStatus.EGRESS_FAILED]: 'failed',
  [EgressStatus.EGRESS_ABORTED]: 'aborted',
  // A limit of the worker's own configuration: what there is up to then is whole.
  [EgressStatus.EGRESS_LIMIT_REACHED]: 'complete',
};

export function egressFromLiveKit(info: EgressInfo): LiveKitEgress {
  const startedAt = milliseconds(info.startedAt);
  const endedAt = milliseconds(info.endedAt);
  const requestedPath = requestOf(info)?.fileOutputs[0]?.filepath;
  const file = info.fileResults[0];
  return {
    id: info.egressId,
    room: info.roomName,
    state: STATES[info.status],
    ...(info.error !== '' && { error: info.error }),
    ...(requestedPath !== undefined && { requestedPath }),
    ...(startedAt > 0 && { startedAt }),
    ...(endedAt > 0 && { endedAt }),
    ...(file && {
      file: {
        name: file.filename,
        location: file.location,
        bytes: Number(file.size),
        duration: milliseconds(file.duration),
      },
    }),
  };
}

function requestOf({ request }: EgressInfo): RoomCompositeEgressRequest | undefined {
  return request.case === 'roomComposite' ? request.value : undefined;
}

/** LiveKit tells nanoseconds. */
function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n);
}
