import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { RecorderExit, RecorderProcess } from '../../recording/recorder/recorder-process.ts';
import type { RecorderMessage } from '../../recording/recorder/spec.ts';
import type { RecordingState } from '../../recording/states.ts';

/** A recorder gets this long to complete its files. */
const STOP_LIMIT_MS = 10_000;
/** A recorder that dies this often in one recording is not started again. */
const MAX_RESTARTS = 5;
const RESTART_PAUSE_MS = 500;

export interface Cause {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

/** What changes of a recording while media is being stored. */
export interface ActiveChange {
  readonly state?: RecordingState;
  readonly startedAt?: number;
  readonly parts?: number;
  readonly bytes?: number;
  readonly duration?: number;
  readonly cause?: Cause;
}

export interface ActiveOptions {
  readonly id: string;
  readonly room: string;
  /** Parts that there are already, after a crash of this process. */
  readonly parts: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly start: (part: number, onMessage: (message: RecorderMessage) => void) => RecorderProcess;
  /** Whether there is still a meeting to record after the recorder died. */
  readonly isLive: () => boolean;
  readonly onChange: (change: ActiveChange) => void;
  /** All who speak now; undefined when the recorder can't tell any more. */
  readonly onSpeaking: (identities: readonly string[] | undefined) => void;
  /** Called once, when nothing is stored any more. */
  readonly onOver: (cause: Cause | undefined) => void;
}

/** One recording under way: its recorder, started again in a new part when it dies alone. */
export class ActiveRecording {
  #process: RecorderProcess | undefined;
  #parts: number;
  #restarts = 0;
  #stopping = false;
  #cause: Cause | undefined;
  /** Of the parts before this one. */
  #before = { bytes: 0, duration: 0 };
  #part = { bytes: 0, startedAt: 0, duration: 0 };
  #hasMedia: boolean;
  readonly #over = Promise.withResolvers<void>();

  constructor(private readonly options: ActiveOptions) {
    this.#parts = options.parts;
    this.#hasMedia = options.parts > 0;
    this.#startPart();
  }

  /** Asks the recorder to complete its files; resolves when nothing is stored any more. */
  stop(cause?: Cause): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#cause ??= cause;
      this.options.onChange({ state: 'stopping' });
      this.options.onSpeaking(undefined);
      void this.#process?.stop(STOP_LIMIT_MS);
    }
    return this.#over.promise;
  }

  #startPart(): void {
    this.#parts += 1;
    this.#before = {
      bytes: this.#before.bytes + this.#part.bytes,
      duration: this.#before.duration + this.#part.duration,
    };
    this.#part = { bytes: 0, startedAt: 0, duration: 0 };
    this.options.onChange({ parts: this.#parts });
    try {
      this.#process = this.options.start(this.#parts, (message) => this.#hear(message));
    } catch (error) {
      // livekit may be away just now. Told a moment later: who made this recording has to know it first.
      this.#cause ??= causeOf(error);
      this.options.clock.after(0, () => this.#finish());
      return;
    }
    void this.#process.exited.then((exit) => this.#ended(exit));
  }

  #hear(message: RecorderMessage): void {
    const { onChange, onSpeaking, log, id } = this.options;
    if (this.#stopping && message.type !== 'progress' && message.type !== 'error') return;
    switch (message.type) {
      case 'started':
      case 'reconnected':
        onChange({ state: 'recording' });
        break;
      case 'speaking':
        onSpeaking(message.identities);
        break;
      case 'reconnecting':
        onSpeaking(undefined);
        onChange({ state: 'reconnecting' });
        break;
      case 'track':
        if (this.#part.startedAt === 0) this.#part.startedAt = message.at;
        if (!this.#hasMedia) onChange({ startedAt: message.at });
        this.#hasMedia = true;
        break;
      case 'progress':
        this.#part.bytes = message.bytes;
        if (this.#part.startedAt > 0) this.#part.duration = message.at - this.#part.startedAt;
        onChange({
          bytes: this.#before.bytes + this.#part.bytes,
          duration: this.#before.duration + this.#part.duration,
        });
        break;
      case 'warning':
        log.warn('the recorder warns', { recording: id, code: message.code, message: message.message });
        break;
      case 'error':
        this.#cause ??= { code: message.code, message: message.message, fix: message.fix };
        break;
      case 'ended':
        break;
    }
  }

  #ended(exit: RecorderExit): void {
    const { clock, log, id, isLive, onChange, onSpeaking } = this.options;
    onSpeaking(undefined);
    const isDone = this.#stopping || (exit.reason !== undefined && exit.reason !== 'failed');
    if (isDone || this.#cause !== undefined || !isLive() || this.#restarts >= MAX_RESTARTS) {
      if (!isDone) this.#cause ??= crashed(exit);
      this.#finish();
      return;
    }
    this.#restarts += 1;
    log.error('the recorder died and is started again', {
      recording: id,
      code: exit.code,
      signal: exit.signal,
      lastLine: exit.lastLines.at(-1),
    });
    onChange({ state: 'reconnecting' });
    clock.after(RESTART_PAUSE_MS, () => {
      if (this.#stopping) this.#finish();
      else this.#startPart();
    });
  }

  #finish(): void {
    this.options.onOver(this.#cause);
    this.#over.resolve();
  }
}

/** Why a recording could not be started. */
export function causeOf(error: unknown): Cause {
  const isKnown = error instanceof DomainError;
  return {
    code: isKnown ? error.code : 'recorder_not_started',
    message: messageOf(error),
    ...(isKnown && error.fix !== undefined && { fix: error.fix }),
  };
}

function crashed({ code, signal, lastLines }: RecorderExit): Cause {
  const how = signal ?? `code ${code}`;
  return {
    code: 'recorder_crashed',
    message: `The recorder ended unasked (${how}): ${lastLines.at(-1) ?? 'it said nothing'}`,
    fix: 'What it stored is kept and composed. Please report this with: didar record show, and the log.',
  };
}
