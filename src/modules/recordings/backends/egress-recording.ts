import type { RoomCompositeEgressRequest } from '@livekit/protocol';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError, messageOf } from '../../../lib/errors.ts';
import type { Logger } from '../../../lib/log.ts';
import type { EgressApi } from '../../../livekit/api/egress-api.ts';
import type { LiveKitEgress } from '../../../livekit/api/egress-entity.ts';
import { recordingOf } from '../../../livekit/egress/output.ts';
import type { EgressWorkers } from '../../../livekit/egress/workers.ts';
import type { Cause } from '../active-recording.ts';
import type { Ongoing, Take } from './backend.ts';

/** Webhooks get lost: livekit is asked as often too. */
const LOOK_EVERY_MS = 3_000;
/** Looks in a row that find nobody behind an egress, or no such egress, before it counts as lost. */
const LOOKS_UNTIL_LOST = 3;
/** The longest upload at the end of a recording; a worker that dies in it may leave this state behind for ever. */
const ENDING_LIMIT_MS = 3_600_000;
/** A worker that offered itself answers once its process for it runs; where none could be asked, that tells. */
const START_LIMIT_MS = { asked: 15_000, unasked: 5_000 };

export interface EgressRecordingOptions {
  readonly take: Take;
  readonly api: EgressApi;
  readonly workers: EgressWorkers | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Undefined where an earlier process has asked for it already. */
  readonly request?: RoomCompositeEgressRequest;
  /** What has to be done before a worker may store. */
  readonly prepare?: () => Promise<void>;
  readonly onOver: () => void;
}

/** One recording by an egress worker, followed by webhooks and by asking. */
export class EgressRecording implements Ongoing {
  readonly begun: Promise<void>;
  #egress: LiveKitEgress | undefined;
  #isOver = false;
  #stop: { readonly cause?: Cause } | undefined;
  #missed = 0;
  #endingSince: number | undefined;
  #looking: Promise<void> | undefined;
  readonly #endLooking: () => void;

  constructor(private readonly options: EgressRecordingOptions) {
    this.begun = options.request ? this.#begin(options.request) : Promise.resolve();
    this.#endLooking = options.clock.every(LOOK_EVERY_MS, () => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    });
  }

  /** Tells the worker to end; its file comes when it has completed it. */
  async stop(cause?: Cause): Promise<void> {
    if (this.#isOver || this.#stop) return;
    this.#stop = { ...(cause && { cause }) };
    this.options.take.onChange({ state: 'stopping' });
    await this.#tellToStop();
  }

  /** The worker goes on without us; the next process takes it up. */
  leave(): Promise<void> {
    this.#isOver = true;
    this.#endLooking();
    return Promise.resolve();
  }

  /** Takes in what is told of this egress, which may come late, twice and in any order. */
  see(egress: LiveKitEgress): void {
    if (this.#isOver || (this.#egress && RANK[egress.state] < RANK[this.#egress.state])) return;
    const before = this.#egress?.state;
    this.#egress = egress;
    const { state } = egress;
    if (RANK[state] >= RANK.complete) this.#finish(egress);
    else if (before !== state) this.#tell(egress);
  }

  #tell({ state, startedAt }: LiveKitEgress): void {
    const { onChange, row } = this.options.take;
    if (state === 'active' && !this.#stop) {
      onChange({ state: 'recording', ...(row.startedAt === null && startedAt && { startedAt }), parts: 1 });
    }
    if (state === 'ending' && !this.#stop) onChange({ state: 'stopping' });
    // Asked before the worker had the request: it is told now.
    if (state === 'active' && this.#stop) void this.#tellToStop();
  }

  async #begin(request: RoomCompositeEgressRequest): Promise<void> {
    const { api, workers, prepare } = this.options;
    try {
      await prepare?.();
      this.see(await api.start(request, workers ? START_LIMIT_MS.asked : START_LIMIT_MS.unasked));
    } catch (error) {
      // A worker may have taken it although its answer did not come.
      const taken = await this.#find().catch(() => undefined);
      if (taken && RANK[taken.state] < RANK.complete) {
        this.see(taken);
        return;
      }
      this.#end({ cause: causeOf(error), nothingStored: true });
      throw error;
    }
  }

  async #find(): Promise<LiveKitEgress | undefined> {
    const { id, roomName } = this.options.take.row;
    const found = await this.options.api.list(roomName);
    return found.find(({ requestedPath }) => recordingOf(requestedPath) === id);
  }

  async #look(): Promise<void> {
    const { log, take } = this.options;
    try {
      const egress = await this.#find();
      if (egress) this.see(egress);
      if (this.#isOver) return;
      const isAlive = egress !== undefined && (await this.#answers(egress)) && !this.#isEndless(egress);
      this.#missed = isAlive ? 0 : this.#missed + 1;
      if (this.#missed >= LOOKS_UNTIL_LOST) {
        this.#lost(egress);
        return;
      }
      if (egress?.startedAt !== undefined && egress.state === 'active') {
        take.onChange({ duration: this.options.clock.now() - egress.startedAt });
      }
    } catch (error) {
      log.warn('an egress could not be looked at', { recording: take.row.id, error: messageOf(error) });
    }
  }

  /** Whether somebody is behind it: seen in Redis, or by taking our order to stop. */
  async #answers({ id, state }: LiveKitEgress): Promise<boolean> {
    if ((await this.options.workers?.holds(id)) === false) return false;
    return !(this.#stop && state === 'active') || (await this.#tellToStop());
  }

  #isEndless({ state }: LiveKitEgress): boolean {
    if (state !== 'ending') return false;
    const now = this.options.clock.now();
    this.#endingSince ??= now;
    return now - this.#endingSince > ENDING_LIMIT_MS;
  }

  async #tellToStop(): Promise<boolean> {
    const { api, log, take } = this.options;
    if (!this.#egress || RANK[this.#egress.state] > RANK.active) return true;
    try {
      await api.stop(this.#egress.id);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'egress_over') return true;
      log.warn('an egress could not be told to stop; it is told again', {
        recording: take.row.id,
        error: messageOf(error),
      });
      return false;
    }
  }

  #finish(egress: LiveKitEgress): void {
    const { state, startedAt, endedAt, file, error } = egress;
    const nothingStored = state === 'aborted' || (state === 'failed' && !file && startedAt === undefined);
    const failed = state === 'complete' ? undefined : failedBy(error ?? state);
    const cause = failed ?? this.#stop?.cause;
    if (startedAt !== undefined && endedAt !== undefined && !nothingStored) {
      this.options.take.onChange({ duration: file?.duration ?? endedAt - startedAt });
    }
    this.#end({
      ...(cause && { cause }),
      ...(nothingStored ? { nothingStored } : { job: { egress: { isWhole: state === 'complete', file } } }),
    });
  }

  /** Whatever it uploaded before may be where it was to be: the job looks there. */
  #lost(egress: LiveKitEgress | undefined): void {
    this.#end({ cause: WORKER_LOST, job: { egress: { isWhole: false, file: egress?.file } } });
  }

  #end(end: Parameters<Take['onOver']>[0]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endLooking();
    this.options.onOver();
    this.options.take.onOver(end);
  }
}

/** An egress goes through these one after the other. */
const RANK = { starting: 0, active: 1, ending: 2, complete: 3, failed: 3, aborted: 3 } as const;

const WORKER_LOST: Cause = {
  code: 'egress_worker_lost',
  message: 'The egress worker died, or its Redis forgot it.',
  fix: "See the worker's log. What it had not uploaded may still be on its disk, where it keeps its temporary files.",
};

function failedBy(said: string): Cause {
  return {
    code: 'egress_failed',
    message: `The egress worker failed: ${said}.`,
    fix: 'See the log of the worker; that it reaches the media server (ws_url) and has 4 CPUs is most often the cause.',
  };
}

function causeOf(error: unknown): Cause {
  if (!(error instanceof DomainError)) return { code: 'egress_failed', message: messageOf(error) };
  const { code, message, fix } = error;
  return { code, message, ...(fix !== undefined && { fix }) };
}
