import {
  GenericNack,
  PictureLossIndication,
  RTCDtlsTransport,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtcpPayloadSpecificFeedback,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
} from 'werift';
import { renumberHandshake } from '../../../network/dtls/renumber.ts';
import { survivingSockets } from '../../../network/ice/sockets.ts';
import type { MediaPacket, SenderReport } from '../rtp/packet.ts';
import { type OfferedStream, offeredStreams } from './offer.ts';

/** Room for the packets of ten cameras while the disk or the collector is slow; the kernel's own limit may be less. */
const RECEIVE_BUFFER_BYTES = 4 << 20;
/** From the NTP era's begin, 1900, to the Unix epoch. */
const NTP_EPOCH_MS = 2_208_988_800_000;
const SECOND = 2n ** 32n;

const PICTURE_FEEDBACK = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];
const video = (mimeType: string, parameters?: string) =>
  new RTCRtpCodecParameters({ mimeType, clockRate: 90_000, rtcpFeedback: PICTURE_FEEDBACK, parameters });

export interface MediaConnectionOptions {
  readonly onPacket: (packet: MediaPacket) => void;
  readonly onReport: (report: SenderReport) => void;
  /** Which streams there are now. */
  readonly onStreams: (streams: readonly OfferedStream[]) => void;
  /** For the other side, as JSON. */
  readonly onCandidate: (candidateInit: string) => void;
  readonly onLost: () => void;
}

/** The connection over which LiveKit sends media: it offers, we answer. */
export interface MediaConnection {
  /** Takes an offer and gives the answer. One at a time. */
  answer(sdp: string): Promise<string>;
  addCandidate(candidateInit: string): Promise<void>;
  askAgain(ssrc: number, sequences: readonly number[]): void;
  askKeyFrame(ssrc: number): void;
  close(): Promise<void>;
}

export function createMediaConnection(options: MediaConnectionOptions): MediaConnection {
  const peer = new RTCPeerConnection({
    // no feedback on bandwidth: LiveKit then sends all it has, and it is on this machine or near
    codecs: {
      // RED would have to be unpacked, and guards against losses that we ask for again
      audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
      video: [
        video('video/VP8'),
        video('video/H264', 'packetization-mode=1'),
        video('video/VP9'),
        video('video/AV1'),
      ],
    },
    iceServers: [],
    iceUseIpv6: false,
    // livekit offers nothing else to whom UDP has failed before
    iceUseTcp: true,
    iceTcpPassive: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  });
  const tapped = new Set<RTCDtlsTransport>();
  // made while livekit is being dialled, and kept; who needs it later hears what went wrong
  RTCDtlsTransport.SetupCertificate().catch(() => undefined);

  peer.onIceCandidate.subscribe((candidate) => {
    if (candidate) options.onCandidate(JSON.stringify(candidate.toJSON()));
  });
  peer.connectionStateChange.subscribe((state) => {
    if (state === 'failed' || state === 'disconnected') options.onLost();
  });

  /** werift's own receivers clone each packet and ask again every 5 ms: ours takes their place. */
  function tap(transport: RTCDtlsTransport): void {
    if (tapped.has(transport)) return;
    tapped.add(transport);
    renumberHandshake(transport.iceTransport.connection);
    transport.onRtp.allUnsubscribe();
    transport.onRtp.subscribe(({ header, payload }) => {
      const { ssrc, payloadType, sequenceNumber: sequence, timestamp, marker } = header;
      options.onPacket({ ssrc, payloadType, sequence, timestamp, marker, payload });
    });
    transport.onRtcp.subscribe((packet) => {
      if (!(packet instanceof RtcpSrPacket)) return;
      const { ntpTimestamp, rtpTimestamp } = packet.senderInfo;
      options.onReport({ ssrc: packet.ssrc, ntp: ntpToEpoch(ntpTimestamp), timestamp: rtpTimestamp });
    });
  }

  /** The type of one feedback has no place for where it comes from; RFC 4585 wants none of ours to be known. */
  function feedback(packet: RtcpTransportLayerFeedback | RtcpPayloadSpecificFeedback): void {
    const [transport] = tapped;
    if (transport?.state === 'connected') transport.sendRtcp([packet]).catch(() => undefined);
  }

  return {
    async answer(sdp) {
      await peer.setRemoteDescription({ type: 'offer', sdp });
      peer.dtlsTransports.forEach(tap);
      options.onStreams(offeredStreams(sdp));
      const answer = await peer.createAnswer();
      await peer.setLocalDescription(answer);
      peer.dtlsTransports.forEach(widen);
      return peer.localDescription?.sdp ?? '';
    },
    addCandidate: (candidateInit) => peer.addIceCandidate(JSON.parse(candidateInit)),
    askAgain(mediaSourceSsrc, sequences) {
      const lost = [...sequences];
      feedback(
        new RtcpTransportLayerFeedback({
          feedback: new GenericNack({ senderSsrc: 1, mediaSourceSsrc, lost }),
        }),
      );
    },
    askKeyFrame(mediaSsrc) {
      feedback(
        new RtcpPayloadSpecificFeedback({
          feedback: new PictureLossIndication({ senderSsrc: 1, mediaSsrc }),
        }),
      );
    },
    close: () => peer.close(),
  };
}

/** werift's own conversions are wrong by up to a second. */
function ntpToEpoch(ntp: bigint): number {
  return Number(ntp / SECOND) * 1000 + (Number(ntp % SECOND) * 1000) / Number(SECOND) - NTP_EPOCH_MS;
}

/** The kernel's default size drops packets of ten cameras. */
function widen(transport: RTCDtlsTransport): void {
  for (const socket of survivingSockets(transport.iceTransport.connection)) {
    socket.setRecvBufferSize?.(RECEIVE_BUFFER_BYTES);
  }
}
