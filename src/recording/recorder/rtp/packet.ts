/** What of an RTP packet matters here (RFC 3550, section 5.1). */
export interface MediaPacket {
  readonly ssrc: number;
  readonly payloadType: number;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in the codec's clock. */
  readonly timestamp: number;
  /** The last packet of a picture. */
  readonly marker: boolean;
  /** Empty for padding. */
  readonly payload: Uint8Array;
}

/** Where a sender's wall clock and its media clock were at the same moment (RFC 3550, section 6.4.1). */
export interface SenderReport {
  readonly ssrc: number;
  /** Milliseconds since the epoch. */
  readonly ntp: number;
  /** 32 bits, in the codec's clock. */
  readonly timestamp: number;
}
