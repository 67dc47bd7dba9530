import type { Participant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import type { Rights } from '../state/rights.ts';
import type { ViewName } from '../state/view.ts';
import { isActive } from '../text/recording.ts';

/** What a key's availability depends on. */
export interface KeyContext {
  readonly view: ViewName;
  /** There are rows to move through. */
  readonly hasRows: boolean;
  /** The view has a list that can be filtered, and one whose order can be chosen. */
  readonly filterable: boolean;
  readonly sortable: boolean;
  /** The selected room, or the one that is entered. */
  readonly room: Room | undefined;
  readonly participant: Participant | undefined;
  /** Who has waited longest to be let into that room. */
  readonly waiting: Waiting | undefined;
  /** How many participants are marked: what is done to people is done to them. */
  readonly marked: number;
  readonly recording: Recording | undefined;
  /** The server can record. */
  readonly records: boolean;
  /** What was done last and can be taken back. */
  readonly undoable: string | undefined;
  readonly rights: Rights;
  /** The line to the server is lost. */
  readonly offline: boolean;
  /** Esc has something to undo: a filter, or having gone into a room. */
  readonly canGoBack: boolean;
}

export type Condition = (context: KeyContext) => string | undefined;

/** The first reason against it. */
export const all =
  (...conditions: readonly Condition[]): Condition =>
  (context) => {
    for (const condition of conditions) {
      const reason = condition(context);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };

export const always: Condition = () => undefined;

export const rows: Condition = (c) => (c.hasRows ? undefined : 'there are no rows here');
export const online: Condition = (c) =>
  c.offline ? 'the server does not answer: nothing can be changed until it is back' : undefined;
export const moderates: Condition = (c) =>
  c.rights.moderate ? undefined : 'this token may not moderate (its scopes lack it)';
export const changesRooms: Condition = (c) =>
  c.rights.rooms ? undefined : 'this token may not change rooms (its scopes lack it)';
export const canRecord: Condition = (c) =>
  c.records ? undefined : 'this server does not record: recording comes with a later version';

/** A room can be recorded; of the recordings only one that still runs can be stopped. */
export const recordable: Condition = (c) => {
  if (c.view !== 'recordings') return c.room ? undefined : 'no room is selected';
  if (c.recording === undefined) return 'no recording is selected';
  return isActive(c.recording) ? undefined : 'this recording has ended already';
};

export const undoable: Condition = (c) =>
  c.undoable === undefined ? 'nothing was done here that can be taken back' : undefined;

export const onRecording: Condition = (c) => (c.recording ? undefined : 'no recording is selected');

export const hasLink: Condition = (c) =>
  c.room || c.recording ? undefined : 'nothing with a link is selected';
export const onRoom: Condition = (c) => (c.room ? undefined : 'no room is selected');
export const someoneWaits: Condition = (c) =>
  c.waiting ? undefined : 'nobody waits to be let into the selected room';
export const onParticipant: Condition = (c) =>
  c.participant || c.marked > 0 ? undefined : 'no participant is selected';

const microphone = (participant: Participant) =>
  participant.tracks.find((track) => track.source === 'microphone');

export const micIsOn: Condition = ({ participant, marked }) => {
  if (participant === undefined || marked > 0) return undefined;
  const track = microphone(participant);
  if (track === undefined) return `${participant.name || participant.identity} publishes no microphone`;
  return track.muted ? 'the microphone is muted already' : undefined;
};

export const micIsOff: Condition = ({ participant, marked }) => {
  if (participant === undefined || marked > 0 || participant.micLocked) return undefined;
  return microphone(participant)?.muted === false ? 'the microphone is on already' : undefined;
};

export const micIsNotLocked: Condition = ({ participant, marked }) =>
  participant?.micLocked && marked === 0 ? 'the microphone is locked already; u unlocks it' : undefined;
