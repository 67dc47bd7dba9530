/** What is used of werift's SCTP. */
export interface Association {
  readonly state: string;
  /** Begins to connect; what waits for the state `connected` begins to do so afterwards. */
  start(remotePort?: number): Promise<void>;
  setConnectionState(state: 'connected'): void;
}

/**
 * Lets an association count that the other side had made before ours was started. livekit begins with its own as soon as
 * its DTLS stands; on a busy machine werift has answered by the time at which it starts, then calls what stands
 * `connecting`, and waits for good for what has been.
 */
export function keepEarlyAssociation(sctp: Association): void {
  const start = sctp.start.bind(sctp);
  sctp.start = async (remotePort) => {
    const isEarly = sctp.state === 'connected';
    await start(remotePort);
    if (isEarly) setImmediate(() => sctp.setConnectionState('connected'));
  };
}
