import type { ActiveChange, Cause } from '../active-recording.ts';
import type { RecordingRow } from '../repo.ts';

export type BackendName = RecordingRow['backend'];

export interface RecordedRoom {
  readonly id: string;
  readonly name: string;
  /** Seconds. */
  readonly departureTimeout: number;
}

/** One recording that is to be stored, and who wants to know of it. */
export interface Take {
  /** As it is in the database; after a crash of this process with what was stored before. */
  readonly row: RecordingRow;
  /** Undefined where the room was deleted while this process was down. */
  readonly room: RecordedRoom | undefined;
  /** The recording's own directory. */
  readonly dir: string;
  readonly onChange: (change: ActiveChange) => void;
  /** Called once, when nothing is stored any more. */
  readonly onOver: (end: RecordingEnd) => void;
}

export interface RecordingEnd {
  readonly cause?: Cause;
  /** True when nothing was begun that could have stored anything. */
  readonly nothingStored?: true;
  /** What the job that processes it has to know. */
  readonly job?: Readonly<Record<string, unknown>>;
}

/** A recording under way. */
export interface Ongoing {
  /** Resolves when media is to come; rejects with the DomainError that the recording ended with. */
  readonly begun: Promise<void>;
  /** Resolves when nothing is stored any more. */
  stop(cause?: Cause): Promise<void>;
  /** This process ends: completes what can't go on without it, and leaves alone what can. */
  leave(): Promise<void>;
}

/** What stores the media of a room. */
export interface RecordingBackend {
  /** Whether the files grow on the disk of `recording.dir`. */
  readonly fillsDisk: boolean;
  /** Throws a DomainError with the fix when a recording could not begin as things are. */
  check(room: RecordedRoom): Promise<void>;
  begin(take: Take): Ongoing;
  /** Takes up what an earlier process left. */
  resume(take: Take): Ongoing;
}
