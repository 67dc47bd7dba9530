import { staticConfigOf } from '../../livekit-files.ts';
import { modeOf, type RunningServer, type Subject } from '../../subject.ts';

/** Where the media server can be tested: what clients are told. */
export interface MediaTarget {
  readonly running: RunningServer;
  readonly address: string;
  readonly tcpPort: number;
  /** Undefined where TURN is off. */
  readonly turnUdpPort?: number;
}

/** A sentence when there is nothing that could be tested. */
export async function mediaTargetOf(subject: Subject): Promise<MediaTarget | string> {
  const { config, running, addresses } = subject;
  if (running === undefined) return 'No didar runs here.';
  if (modeOf(subject) === 'external') {
    return 'livekit-server runs elsewhere; "didar probe" tests it from where clients are.';
  }
  if (running.media.status().state !== 'ready') return 'The media server is not up.';
  if (modeOf(subject) === 'static') {
    const { nodeIP = addresses.nodeIP, tcpPort, turn } = await staticConfigOf(subject);
    return { running, address: firstOf(nodeIP), tcpPort, ...(turn.enabled && { turnUdpPort: turn.udpPort }) };
  }
  const { tcpPort, turn } = config.livekit;
  return {
    running,
    address: running.nodeIP,
    tcpPort,
    ...(turn.enabled && { turnUdpPort: turn.udpPort }),
  };
}

/** livekit takes an IPv4 and an IPv6 address, with a comma between. */
function firstOf(nodeIP: string): string {
  return nodeIP.split(',')[0]?.trim() ?? nodeIP;
}
