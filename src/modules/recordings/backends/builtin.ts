import type { Clock } from '../../../lib/clock.ts';
import type { Logger } from '../../../lib/log.ts';
import type { RecorderProcess } from '../../../recording/recorder/recorder-process.ts';
import type { RecorderMessage } from '../../../recording/recorder/spec.ts';
import type { LiveState } from '../../live/live-state.ts';
import type { Speaking } from '../../live/speaking.ts';
import { ActiveRecording } from '../active-recording.ts';
import type { Ongoing, RecordedRoom, RecordingBackend, Take } from './backend.ts';

/** How long after a restart of this process people get to come back before their recording is closed. */
const COME_BACK_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

export interface StartRecorder {
  readonly recordingId: string;
  readonly room: RecordedRoom;
  readonly part: number;
  readonly dir: string;
  readonly onMessage: (message: RecorderMessage) => void;
}

export interface BuiltinDeps {
  readonly live: Pick<LiveState, 'counts'>;
  readonly speaking: Pick<Speaking, 'tell'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly startRecorder: (what: StartRecorder) => RecorderProcess;
}

/** Our own recorder: a child of this process that joins the room and stores what is sent. */
export function builtinBackend({ live, speaking, clock, log, startRecorder }: BuiltinDeps): RecordingBackend {
  const isThere = (room: string) => live.counts(room).participants > 0;

  function record({ row, dir, onChange, onOver }: Take, room: RecordedRoom): Ongoing {
    const recording = new ActiveRecording({
      id: row.id,
      room: room.name,
      parts: row.parts,
      clock,
      log,
      start: (part, onMessage) => startRecorder({ recordingId: row.id, room, part, dir, onMessage }),
      isLive: () => isThere(room.name),
      onChange,
      onSpeaking: (identities) => speaking.tell(room.name, identities),
      onOver: (cause) => onOver({ ...(cause && { cause }) }),
    });
    return {
      begun: Promise.resolve(),
      stop: (cause) => recording.stop(cause),
      leave: () => recording.stop(),
    };
  }

  /** Goes on in another part, if the meeting comes back. */
  function waitAndRecord(take: Take): Ongoing {
    const { room, onChange, onOver } = take;
    const since = clock.now();
    let recording: Ongoing | undefined;
    const stopWaiting = () => {
      end();
      onOver({});
    };
    const end = clock.every(LOOK_EVERY_MS, () => {
      if (room !== undefined && isThere(room.name)) {
        end();
        recording = record(take, room);
      } else if (clock.now() - since >= COME_BACK_MS) stopWaiting();
    });
    onChange({ state: 'reconnecting' });
    return {
      begun: Promise.resolve(),
      async stop(cause) {
        if (recording) await recording.stop(cause);
        else stopWaiting();
      },
      async leave() {
        // The next process waits again.
        if (recording) await recording.leave();
        else end();
      },
    };
  }

  return {
    fillsDisk: true,
    check: () => Promise.resolve(),
    begin(take) {
      if (take.room === undefined) throw new Error('a recording begins in a room');
      return record(take, take.room);
    },
    resume: waitAndRecord,
  };
}
