import type { RTCSctpTransport } from 'werift';

/** What is used of werift's SCTP. */
export type Association = Pick<RTCSctpTransport, 'start'> & {
  readonly dtlsTransport: Pick<RTCSctpTransport['dtlsTransport'], 'dataReceiver'>;
};

/**
 * Keeps the packets of an association that come before ours is started until it is. livekit sends its INIT as soon as its
 * DTLS stands; on a busy machine that comes in together with the end of the handshake. werift then answers as a server
 * whatever its role, starts with an INIT that bears livekit's tag (RFC 9260, section 8.5.1: 0), which is dropped however
 * often it is sent, and as a client no longer hears what livekit says to its answer: a path that works never connects.
 */
export function holdEarlyPackets(association: Association): void {
  const { dtlsTransport } = association;
  const receive = dtlsTransport.dataReceiver;
  const start = association.start.bind(association);
  const early: Buffer[] = [];
  dtlsTransport.dataReceiver = (packet) => void early.push(packet);
  association.start = async (remotePort) => {
    await start(remotePort);
    // Who starts it waits from then on for it to connect, and hears of changes alone.
    setImmediate(() => {
      dtlsTransport.dataReceiver = receive;
      for (const packet of early) receive(packet);
    });
  };
}
