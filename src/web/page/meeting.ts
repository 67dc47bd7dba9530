import { ConnectionState, DisconnectReason, type Participant, Room, RoomEvent, Track } from 'livekit-client';
import type { JoinAnswer } from '../../modules/rooms/model.ts';
import { element } from './dom.ts';
import { createTiles } from './tiles.ts';

const REQUEST_TOPIC = 'didar.request';

const WHY_OVER: Partial<Record<DisconnectReason, string>> = {
  [DisconnectReason.CLIENT_INITIATED]: 'You left the meeting.',
  [DisconnectReason.DUPLICATE_IDENTITY]: 'You joined from somewhere else.',
  [DisconnectReason.PARTICIPANT_REMOVED]: 'A moderator removed you from the meeting.',
  [DisconnectReason.ROOM_DELETED]: 'The meeting was ended.',
  [DisconnectReason.SERVER_SHUTDOWN]: 'The server is restarting. Join again in a minute.',
};

const STATES: Partial<Record<ConnectionState, string>> = {
  [ConnectionState.Connecting]: 'connecting…',
  [ConnectionState.Reconnecting]: 'reconnecting…',
  [ConnectionState.SignalReconnecting]: 'reconnecting…',
};

/** Runs one meeting in the page; resolves with why it is over, in a sentence. */
export async function startMeeting(
  { url, token, room: name }: JoinAnswer,
  wanted: { readonly microphone: boolean; readonly camera: boolean },
): Promise<string> {
  const room = new Room({ adaptiveStream: true, dynacast: true });
  const tiles = createTiles(element('tiles', HTMLElement));
  const state = element('state', HTMLElement);
  const over = Promise.withResolvers<string>();
  const page = new AbortController();
  const update = (participant: Participant) => tiles.update(participant);

  function updateAll(): void {
    for (const participant of [room.localParticipant, ...room.remoteParticipants.values()])
      update(participant);
    element('people', HTMLElement).textContent = `${room.remoteParticipants.size + 1} here`;
    drawControls(room);
  }

  room
    .on(RoomEvent.TrackSubscribed, (track, _publication, participant) => tiles.show(participant, track))
    .on(RoomEvent.TrackUnsubscribed, (track, _publication, participant) => tiles.hide(participant, track))
    .on(RoomEvent.LocalTrackPublished, ({ track }, participant) => {
      if (track && track.kind === Track.Kind.Video) tiles.show(participant, track);
      updateAll();
    })
    .on(RoomEvent.LocalTrackUnpublished, ({ track }, participant) => {
      if (track) tiles.hide(participant, track);
      updateAll();
    })
    .on(RoomEvent.ParticipantDisconnected, (participant) => {
      tiles.remove(participant);
      updateAll();
    })
    .on(RoomEvent.RoomMetadataChanged, (metadata) => showRecorded(metadata))
    .on(RoomEvent.ActiveSpeakersChanged, updateAll)
    .on(RoomEvent.ParticipantConnected, updateAll)
    .on(RoomEvent.TrackMuted, updateAll)
    .on(RoomEvent.TrackUnmuted, updateAll)
    .on(RoomEvent.ParticipantPermissionsChanged, updateAll)
    .on(RoomEvent.ConnectionStateChanged, (connection) => {
      state.textContent = STATES[connection] ?? '';
    })
    .on(RoomEvent.MediaDevicesError, (error) => {
      state.textContent = `No camera or microphone: ${error.message}`;
    })
    .on(RoomEvent.DataReceived, (payload, _participant, _kind, topic) => {
      if (topic === REQUEST_TOPIC) answerRequest(room, payload);
    })
    .on(RoomEvent.Disconnected, (reason) => {
      const known = reason === undefined ? undefined : WHY_OVER[reason];
      over.resolve(known ?? 'The connection was lost. Join again.');
    });

  wireControls(room, page.signal, state);
  element('room-name', HTMLElement).textContent = name;
  try {
    await room.connect(url, token);
    showRecorded(room.metadata);
    updateAll();
    for (const participant of room.remoteParticipants.values()) update(participant);
    await publish(room, wanted, state);
    updateAll();
    return await over.promise;
  } finally {
    page.abort();
    await room.disconnect();
    tiles.clear();
  }
}

/** Someone without a camera or a microphone still takes part: what can't be published is said, nothing more. */
async function publish(
  room: Room,
  wanted: { readonly microphone: boolean; readonly camera: boolean },
  state: HTMLElement,
): Promise<void> {
  const wishes = [
    wanted.microphone &&
      mayPublish(room, Track.Source.Microphone) &&
      room.localParticipant.setMicrophoneEnabled(true),
    wanted.camera && mayPublish(room, Track.Source.Camera) && room.localParticipant.setCameraEnabled(true),
  ];
  const results = await Promise.allSettled(wishes);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) state.textContent = `Not everything could be shared: ${String(failed.reason)}`;
}

/** LiveKit's numbers of the sources in `canPublishSources`. */
const SOURCE_NUMBERS: Partial<Record<Track.Source, number>> = {
  [Track.Source.Camera]: 1,
  [Track.Source.Microphone]: 2,
  [Track.Source.ScreenShare]: 3,
};

function mayPublish(room: Room, source: Track.Source): boolean {
  const permissions = room.localParticipant.permissions;
  if (!permissions) return true;
  const sources = permissions.canPublishSources.map(Number);
  return permissions.canPublish && (sources.length === 0 || sources.includes(SOURCE_NUMBERS[source] ?? -1));
}

function drawControls(room: Room): void {
  const me = room.localParticipant;
  const draw = (id: string, on: boolean, source: Track.Source) => {
    const button = element(id, HTMLButtonElement);
    button.setAttribute('aria-pressed', String(on));
    button.disabled = !mayPublish(room, source);
    button.title = button.disabled ? 'A moderator has switched this off for you.' : '';
  };
  draw('mic', me.isMicrophoneEnabled, Track.Source.Microphone);
  draw('camera', me.isCameraEnabled, Track.Source.Camera);
  draw('screen', me.isScreenShareEnabled, Track.Source.ScreenShare);
}

function wireControls(room: Room, signal: AbortSignal, state: HTMLElement): void {
  const me = room.localParticipant;
  const on = (id: string, run: () => Promise<unknown>) =>
    element(id, HTMLButtonElement).addEventListener(
      'click',
      () => {
        run()
          .catch((error: unknown) => {
            state.textContent = error instanceof Error ? error.message : String(error);
          })
          .finally(() => drawControls(room));
      },
      { signal },
    );
  on('mic', () => me.setMicrophoneEnabled(!me.isMicrophoneEnabled));
  on('camera', () => me.setCameraEnabled(!me.isCameraEnabled));
  on('screen', () => me.setScreenShareEnabled(!me.isScreenShareEnabled));
  on('leave', () => room.disconnect());
}

/** Everyone in a room is told that it is recorded, also who comes later: it stands in the room's metadata. */
function showRecorded(metadata: string | undefined): void {
  const isRecorded = metadata !== undefined && metadata !== '' && JSON.parse(metadata)?.recording === true;
  element('recorded', HTMLElement).hidden = !isRecorded;
}

function answerRequest(room: Room, payload: Uint8Array): void {
  const request: unknown = JSON.parse(new TextDecoder().decode(payload));
  if (!request || typeof request !== 'object' || !('type' in request) || request.type !== 'unmute') return;
  const dialog = element('ask', HTMLDialogElement);
  dialog.addEventListener(
    'close',
    () => {
      if (dialog.returnValue === 'yes') void room.localParticipant.setMicrophoneEnabled(true);
    },
    { once: true },
  );
  if (!dialog.open) dialog.showModal();
}
