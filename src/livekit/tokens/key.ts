/** What livekit-server and we share: it names and signs every token, both ways. */
export interface LiveKitKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}
