import {
  DisconnectReason,
  LeaveRequest,
  LeaveRequest_Action,
  SessionDescription,
  SignalTarget,
  TrickleRequest,
  UpdateTrackSettings,
  VideoQuality,
} from '@livekit/protocol';
import type { Clock } from '../../../lib/clock.ts';
import { messageOf } from '../../../lib/errors.ts';
import type { FromServer } from '../../../network/signalling/signalling-client.ts';
import type { EndReason } from '../../manifest/manifest.ts';
import type { Roster } from '../roster.ts';
import type { Speakers } from '../speakers.ts';
import type { TrackRuns } from '../track-runs.ts';
import { createMediaConnection } from './media-connection.ts';
import type { OfferedStream } from './offer.ts';
import { openSignalling } from './signalling.ts';

/** Often enough that what LiveKit still has is asked for in time. */
const ASK_EVERY_MS = 20;

export interface SessionOptions {
  readonly url: string;
  readonly token: string;
  readonly skipTLSVerify?: boolean;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly runs: TrackRuns;
  readonly speakers: Speakers;
  /** LiveKit gives those who are connected new tokens. */
  readonly onToken: (token: string) => void;
  /** After each word about who is there. */
  readonly onRoster: () => void;
}

/** How a connection ended: for good, or to be made again. */
export type SessionEnd = { readonly over: EndReason } | { readonly lost: string };

export interface Session {
  readonly ended: Promise<SessionEnd>;
  /** Leaves the room; the files of this connection are complete when it resolves. */
  close(): Promise<void>;
}

/**
 * Joins the room and takes what it gets until the connection ends. Resolves when the room has let it in.
 *
 * @throws `recorder_refused`, `livekit_unreachable`
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { clock, roster, runs, speakers } = options;
  const ended = Promise.withResolvers<SessionEnd>();
  const joined = Promise.withResolvers<void>();
  const asked = new Set<string>();
  /** Offers are answered one after the other, and candidates after the offer that they belong to. */
  let negotiation: Promise<void> = Promise.resolve();

  const lose = (reason: string) => ended.resolve({ lost: reason });
  const media = createMediaConnection({
    onPacket: (packet) => runs.push(packet),
    onReport: (report) => runs.report(report),
    onStreams(streams) {
      runs.setStreams(streams);
      askForBest(streams);
    },
    onCandidate: (candidateInit) =>
      signalling.send({
        case: 'trickle',
        value: new TrickleRequest({ candidateInit, target: SignalTarget.SUBSCRIBER }),
      }),
    onLost: () => lose('the media connection to livekit was lost'),
  });
  const signalling = await openSignalling({ ...options, onMessage: hear, onClose: lose });

  function hear(message: FromServer): void {
    switch (message.case) {
      case 'join':
        roster.replace(message.value.participant?.identity ?? '', message.value.otherParticipants);
        speakers.begin();
        options.onRoster();
        joined.resolve();
        break;
      case 'update':
        roster.update(message.value.participants);
        speakers.look();
        options.onRoster();
        break;
      case 'speakersChanged':
        speakers.update(message.value.speakers);
        break;
      case 'offer':
        answer(message.value);
        break;
      case 'trickle':
        addCandidate(message.value);
        break;
      case 'refreshToken':
        options.onToken(message.value);
        break;
      case 'leave':
        ended.resolve(endOf(message.value));
        break;
      default:
    }
  }

  function answer({ sdp, id }: SessionDescription): void {
    negotiate(async () => {
      const value = new SessionDescription({ type: 'answer', sdp: await media.answer(sdp), id });
      signalling.send({ case: 'answer', value });
    });
  }

  function addCandidate({ candidateInit, target }: TrickleRequest): void {
    if (target === SignalTarget.SUBSCRIBER) negotiate(() => media.addCandidate(candidateInit));
  }

  function negotiate(run: () => Promise<void>): void {
    negotiation = negotiation.then(run).catch((error: unknown) => lose(messageOf(error)));
  }

  function askForBest(streams: readonly OfferedStream[]): void {
    const trackSids = streams.map(({ trackSid }) => trackSid).filter((sid) => !asked.has(sid));
    if (trackSids.length === 0) return;
    for (const sid of trackSids) asked.add(sid);
    const value = new UpdateTrackSettings({ trackSids, quality: VideoQuality.HIGH });
    signalling.send({ case: 'trackSetting', value });
  }

  const endAsking = clock.every(ASK_EVERY_MS, () =>
    runs.ask(clock.now(), (ssrc, again, keyFrame) => {
      if (again.length > 0) media.askAgain(ssrc, again);
      if (keyFrame) media.askKeyFrame(ssrc);
    }),
  );

  async function close(): Promise<void> {
    endAsking();
    speakers.end();
    signalling.send({
      case: 'leave',
      value: new LeaveRequest({ reason: DisconnectReason.CLIENT_INITIATED }),
    });
    signalling.close();
    await runs.closeAll();
    await media.close();
  }

  const end = await Promise.race([joined.promise, ended.promise]);
  if (end) {
    await close();
    return { ended: Promise.resolve(end), close: () => Promise.resolve() };
  }
  return { ended: ended.promise, close };
}

/** LiveKit sends everyone away when it is stopped; when the room itself or the recorder is ended, there is no coming back. */
function endOf({ reason, action, canReconnect }: LeaveRequest): SessionEnd {
  switch (reason) {
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return { over: 'room_closed' };
    case DisconnectReason.PARTICIPANT_REMOVED:
    case DisconnectReason.DUPLICATE_IDENTITY:
      return { over: 'removed' };
    default: {
      const hint = canReconnect || action !== LeaveRequest_Action.DISCONNECT ? ', to come back' : '';
      return { lost: `livekit sent the recorder away${hint} (${DisconnectReason[reason]})` };
    }
  }
}
