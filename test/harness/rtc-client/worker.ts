/**
 * One LiveKit client in a process of its own. rtc-node can hang at exit or crash when it is disposed; in a
 * process of its own it takes nothing with it: the test ends it with SIGKILL.
 */
import {
  ContinualGatheringPolicy,
  DisconnectReason,
  EncryptionType,
  IceTransportType,
  LocalAudioTrack,
  type LocalTrackPublication,
  LocalVideoTrack,
  type RemoteTrack,
  Room,
  RoomEvent,
  type RoomOptions,
  TrackKind,
  TrackPublishOptions,
  VideoCodec,
} from '@livekit/rtc-node';
import { onPermissions, PUBLISHED_AS, setTrackMuted, sourceName } from './ffi.ts';
import { listen, startPicture, startTone, watch } from './media.ts';
import type { ClientState, Command, FromWorker, Other, PublishableSource } from './messages.ts';

const REPORT_EVERY_MS = 50;
const CODECS = { vp8: VideoCodec.VP8, h264: VideoCodec.H264, vp9: VideoCodec.VP9, av1: VideoCodec.AV1 };

const room = new Room();
const media = new Map<PublishableSource, { publication: LocalTrackPublication; stop: () => void }>();
const received = new Map<string, Pick<Other, 'sound' | 'picture'>>();
const data: ClientState['data'][number][] = [];
let connection: ClientState['connection'] = 'new';
let roomSid: string | undefined;
let disconnectReason: string | undefined;
let permissions: ClientState['permissions'];
let reconnects = 0;

room
  .on(RoomEvent.Reconnecting, () => {
    connection = 'reconnecting';
  })
  .on(RoomEvent.Reconnected, () => {
    connection = 'connected';
    reconnects++;
  })
  .on(RoomEvent.RoomSidChanged, (sid) => {
    roomSid = sid;
  })
  .on(RoomEvent.Disconnected, (reason) => {
    connection = 'disconnected';
    disconnectReason = DisconnectReason[reason];
  })
  .on(RoomEvent.DataReceived, (payload, from, _kind, topic) => {
    data.push({ topic: topic ?? '', text: new TextDecoder().decode(payload), from: from?.identity });
  })
  .on(RoomEvent.TrackSubscribed, (track, _publication, from) => void receive(track, from.identity));

async function receive(track: RemoteTrack, identity: string): Promise<void> {
  const note = (what: Pick<Other, 'sound' | 'picture'>) =>
    received.set(identity, { ...received.get(identity), ...what });
  if (track.kind === TrackKind.KIND_AUDIO) {
    await listen(track, (sound) => note({ sound: { ...sound, at: Date.now() } }));
    return;
  }
  let frames = 0;
  let firstBar: number | undefined;
  let moved = false;
  await watch(track, ({ colour, bar }) => {
    firstBar ??= bar;
    moved ||= bar !== firstBar;
    note({ picture: { frames: ++frames, colour, moved, at: Date.now() } });
  });
}

async function obey(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'connect':
      return await connect(command.url, command.token, command.secret);
    case 'publishMicrophone': {
      const { source, stop } = startTone(command.hz, command.isVoice);
      return await publish('microphone', LocalAudioTrack.createAudioTrack('microphone', source), stop);
    }
    case 'publishPicture': {
      const { source, stop } = startPicture(command.colour, command.video);
      const track = LocalVideoTrack.createVideoTrack(command.source, source);
      return await publish(command.source, track, stop, {
        videoCodec: CODECS[command.video?.codec ?? 'vp8'],
        simulcast: command.video?.simulcast ?? false,
      });
    }
    case 'setMuted': {
      const track = mediaOf(command.source).publication.track;
      if (track) setTrackMuted(track as LocalAudioTrack, command.muted);
      return undefined;
    }
    case 'unpublish': {
      const { publication, stop } = mediaOf(command.source);
      stop();
      media.delete(command.source);
      return await room.localParticipant?.unpublishTrack(publication.sid ?? '');
    }
    case 'send':
      return await room.localParticipant?.publishData(new TextEncoder().encode(command.text), {
        reliable: true,
        topic: command.topic,
      });
    case 'disconnect':
      return await room.disconnect();
  }
}

async function connect(url: string, token: string, secret?: string): Promise<number> {
  const started = performance.now();
  connection = 'connecting';
  await room.connect(url, token, {
    autoSubscribe: true,
    dynacast: false,
    ...(secret !== undefined && { encryption: encryptionWith(secret) }),
    rtcConfig: {
      iceTransportType: IceTransportType.TRANSPORT_ALL,
      continualGatheringPolicy: ContinualGatheringPolicy.GATHER_CONTINUALLY,
      iceServers: [],
    },
  });
  connection = 'connected';
  const took = performance.now() - started;
  onPermissions(
    () => room.localParticipant?.identity,
    (changed) => {
      permissions = changed;
    },
  );
  return took;
}

function encryptionWith(secret: string): RoomOptions['encryption'] {
  return {
    encryptionType: EncryptionType.GCM,
    keyProviderOptions: { sharedKey: new TextEncoder().encode(secret) },
  } as RoomOptions['encryption'];
}

async function publish(
  source: PublishableSource,
  track: LocalAudioTrack | LocalVideoTrack,
  stop: () => void,
  more: { videoCodec?: VideoCodec; simulcast?: boolean } = {},
): Promise<string | undefined> {
  const options = new TrackPublishOptions({ source: PUBLISHED_AS[source], simulcast: false, ...more });
  try {
    const publication = await room.localParticipant?.publishTrack(track, options);
    if (!publication) throw new Error('not connected');
    media.set(source, { publication, stop });
    return publication.sid;
  } catch (error) {
    stop();
    throw error;
  }
}

function mediaOf(source: PublishableSource) {
  const found = media.get(source);
  if (!found) throw new Error(`no ${source} is published`);
  return found;
}

function snapshot(): ClientState {
  const mine = [...(room.localParticipant?.trackPublications.values() ?? [])].map((publication) => [
    sourceName(publication.source),
    { sid: publication.sid ?? '', muted: publication.muted ?? false },
  ]);
  const others = [...room.remoteParticipants.values()].map((participant) => [
    participant.identity,
    {
      name: participant.name ?? '',
      tracks: Object.fromEntries(
        [...participant.trackPublications.values()].map((publication) => [
          sourceName(publication.source),
          { muted: publication.muted ?? false },
        ]),
      ),
      ...received.get(participant.identity),
    },
  ]);
  return {
    connection,
    roomSid,
    identity: room.localParticipant?.identity,
    disconnectReason,
    reconnects,
    metadata: room.metadata,
    permissions,
    published: Object.fromEntries(mine),
    others: Object.fromEntries(others),
    data,
  };
}

function tell(message: FromWorker): void {
  process.send?.(message);
}

let told = '';
setInterval(() => {
  const state = snapshot();
  const text = JSON.stringify(state);
  if (text !== told) tell({ kind: 'state', state });
  told = text;
}, REPORT_EVERY_MS);

process.on('message', async (command: Command) => {
  try {
    const value = await obey(command);
    tell({ kind: 'state', state: snapshot() });
    tell({ kind: 'answer', id: command.id, value });
  } catch (error) {
    tell({ kind: 'answer', id: command.id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
