import type { BackupFile } from '../../src/modules/backups/model.ts';
import type { Participant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import type { WebhookDelivery, WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import type { JobRow } from '../state/jobs.ts';
import type { Rights } from '../state/rights.ts';
import type { ViewName } from '../state/view.ts';
import { nameOf } from '../text/name.ts';
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
  /** Who is to be let in or refused: who is marked, else the selected one, else who has waited longest for the room. */
  readonly waiters: readonly Waiting[];
  /** How many wait for the rooms that are selected; for any in Participants. */
  readonly atDoor: number;
  /** How many rows are marked. */
  readonly marked: number;
  /** The rows of this view can be marked. */
  readonly markable: boolean;
  /** Those whom an action is about: who is marked, else the selected one. */
  readonly people: readonly Participant[];
  /** Likewise of rooms; the one that is entered, or that the selected participant is in. */
  readonly rooms: readonly Room[];
  readonly recording: Recording | undefined;
  /** The jobs an action is about: those that are marked, else the selected one. */
  readonly jobs: readonly JobRow[];
  /** The selected webhook, or the one that is entered. */
  readonly webhook: WebhookEndpoint | undefined;
  /** Likewise of the deliveries to it. */
  readonly deliveries: readonly WebhookDelivery[];
  readonly backup: BackupFile | undefined;
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
export const manages: Condition = (c) =>
  c.rights.manage ? undefined : 'this token may not manage the server (it needs the scope admin)';
export const changesRooms: Condition = (c) =>
  c.rights.rooms ? undefined : 'this token may not change rooms (its scopes lack it)';
export const canRecord: Condition = (c) =>
  c.records ? undefined : 'this server does not record: recording comes with a later version';

/** A room can be recorded; of the recordings only one that still runs can be stopped. */
export const recordable: Condition = (c) => {
  if (c.view !== 'recordings') return onRooms(c);
  if (c.recording === undefined) return 'no recording is selected';
  return isActive(c.recording) ? undefined : 'this recording has ended already';
};

/** A recording belongs to those who moderate, a room to those who may change it. */
export const deletable: Condition = (c) =>
  c.view === 'recordings' ? all(moderates, onRecording)(c) : all(changesRooms, onRooms)(c);

export const undoable: Condition = (c) =>
  c.undoable === undefined ? 'nothing was done here that can be taken back' : undefined;

export const onRecording: Condition = (c) => (c.recording ? undefined : 'no recording is selected');

export const hasLink: Condition = (c) =>
  c.rooms.length > 0 || c.recording ? undefined : 'nothing with a link is selected';
export const onRoom: Condition = (c) => (c.room ? undefined : 'no room is selected');
export const someoneWaits: Condition = (c) =>
  c.waiters.length > 0
    ? undefined
    : c.marked > 0 && c.people.length > 0
      ? 'nobody of those who are marked waits to be let in'
      : 'nobody waits to be let into the selected room';
export const anyoneWaits: Condition = (c) => (c.atDoor > 0 ? undefined : 'nobody waits to be let in');
export const onRooms: Condition = (c) => (c.rooms.length > 0 ? undefined : 'no room is selected');
export const onParticipant: Condition = (c) =>
  c.people.length > 0
    ? undefined
    : c.waiters.length > 0 && (c.view === 'room' || c.view === 'participants') && c.markable
      ? 'who waits is not in yet: a lets them in, d keeps them out'
      : 'no participant is selected';
export const markable: Condition = (c) =>
  !c.markable ? 'rows of this view are not marked' : c.hasRows ? undefined : 'there are no rows here';

const microphone = (participant: Participant) =>
  participant.tracks.find((track) => track.source === 'microphone');

/** Of several it is done to those whom it changes. */
const alone = ({ people }: KeyContext) => (people.length === 1 ? people[0] : undefined);

export const micIsOn: Condition = (c) => {
  const person = alone(c);
  if (person === undefined) return undefined;
  const track = microphone(person);
  if (track === undefined) return `${nameOf(person)} publishes no microphone`;
  return track.muted ? 'the microphone is muted already' : undefined;
};

export const micIsOff: Condition = (c) => {
  const person = alone(c);
  if (person === undefined || person.micLocked) return undefined;
  return microphone(person)?.muted === false ? 'the microphone is on already' : undefined;
};

export const micIsNotLocked: Condition = (c) =>
  alone(c)?.micLocked ? 'the microphone is locked already; u unlocks it' : undefined;

/** What Enter goes into, or tells all of. */
export const openable: Condition = (c) => {
  if (c.jobs.length > 0 || c.webhook !== undefined || c.backup !== undefined) return rows(c);
  return onRoom(c);
};
