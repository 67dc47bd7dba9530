import type { Codec, EndReason, MediaKind, Source } from '../manifest/manifest.ts';

/** What a recorder is told on its standard input, as JSON. */
export interface RecorderSpec {
  readonly recordingId: string;
  readonly room: string;
  /** From 1; another one for each start again. */
  readonly part: number;
  /** The recording's directory, absolute; made if it is missing. */
  readonly dir: string;
  /** LiveKit itself, `ws://127.0.0.1:7880`: not by way of the proxy. */
  readonly url: string;
  /** A join token with `hidden` and `recorder` that lives as long as the recording may last. */
  readonly token: string;
  /** Accept any certificate of a `wss:` url. */
  readonly skipTLSVerify?: boolean;
  /** Ends when nobody has been in the room for so long, milliseconds; else it waits for who comes. */
  readonly endWhenEmptyMs?: number;
}

/** What a recorder says on its standard output, one JSON object a line. Times are milliseconds since the epoch. */
export type RecorderMessage =
  /** In the room. */
  | { readonly type: 'started'; readonly at: number }
  /** A file has begun; the first of them is the first media stored. */
  | ({ readonly type: 'track'; readonly at: number } & StoredTrack)
  /** Once a second. */
  | ({ readonly type: 'progress'; readonly at: number } & Progress)
  /** All who speak now; at the begin of each connection, and when others do than before. */
  | { readonly type: 'speaking'; readonly at: number; readonly identities: readonly string[] }
  | { readonly type: 'reconnecting'; readonly at: number; readonly reason: string }
  | { readonly type: 'reconnected'; readonly at: number }
  /** Something that does not end the recording. */
  | ({ readonly type: 'warning'; readonly at: number } & Complaint)
  /** What ends it; `ended` follows. */
  | ({ readonly type: 'error'; readonly at: number } & Complaint)
  /** All files are complete and on the disk. */
  | { readonly type: 'ended'; readonly at: number; readonly reason: EndReason; readonly bytes: number };

export interface StoredTrack {
  readonly file: string;
  readonly identity: string;
  readonly source: Source;
  readonly kind: MediaKind;
  readonly codec: Codec;
}

export interface Progress {
  /** Of this part, all files and the manifest. */
  readonly bytes: number;
  /** Files that are being written. */
  readonly tracks: number;
  readonly people: number;
  /** Packets that never came, so far. */
  readonly lost: number;
}

/** `room_encrypted`, `disk_full`, `recorder_refused`, `livekit_unreachable`, `recorder_failed`. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}
