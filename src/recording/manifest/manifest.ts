import type { TrackSource } from '../../access/permissions.ts';

/**
 * What happened while a recorder stored media: one JSON object a line, appended as it happens, so that a crash costs
 * the last line at most. One manifest a part; its track files lie beside it. Times `at` are milliseconds since the
 * epoch by the recorder's clock; `media` is milliseconds from the start of a track's file.
 */
export type ManifestLine =
  | Header
  | Joined
  | Left
  | Opened
  | Sync
  | Resized
  | Muted
  | Stored
  | Closed
  | Connection
  | End;

export const MANIFEST_VERSION = 1;

export const CODECS = ['opus', 'vp8', 'h264', 'vp9', 'av1'] as const;
export type Codec = (typeof CODECS)[number];
export type MediaKind = 'audio' | 'video';
/** `unknown` where the publisher did not say what it is. */
export type Source = TrackSource | 'unknown';

/** The first line. */
export interface Header {
  readonly type: 'header';
  readonly version: number;
  readonly recordingId: string;
  readonly room: string;
  /** From 1; a recorder that starts again after a crash makes another part. */
  readonly part: number;
  readonly at: number;
}

/** Someone is in the room; those who were there before the recorder get this line at its start. */
export interface Joined {
  readonly type: 'joined';
  readonly at: number;
  readonly identity: string;
  readonly name: string;
}

export interface Left {
  readonly type: 'left';
  readonly at: number;
  readonly identity: string;
}

/** A file begins: a new one for each subscription, reconnect and change of codec. */
export interface Opened {
  readonly type: 'opened';
  readonly at: number;
  /** Of this run; unique in the manifest. */
  readonly track: string;
  /** LiveKit's id of the published track; several runs may share it. */
  readonly sid: string;
  readonly identity: string;
  readonly source: Source;
  readonly kind: MediaKind;
  readonly codec: Codec;
  /** Name of the file in the manifest's directory. */
  readonly file: string;
  /** Pixels of the first picture. */
  readonly width?: number;
  readonly height?: number;
}

/** A sender report: the sender's wall clock at a moment of the file. What tracks are lined up by, and drift is seen in. */
export interface Sync {
  readonly type: 'sync';
  readonly at: number;
  readonly track: string;
  /** Milliseconds since the epoch by LiveKit's clock. */
  readonly ntp: number;
  readonly media: number;
}

/** The pictures of a track have another size from here on. */
export interface Resized {
  readonly type: 'resized';
  readonly at: number;
  readonly track: string;
  readonly media: number;
  readonly width: number;
  readonly height: number;
}

/** Told by LiveKit for the published track (`sid`); its file has a gap meanwhile. */
export interface Muted {
  readonly type: 'muted' | 'unmuted';
  readonly at: number;
  readonly sid: string;
}

/** So much of each open file is on the disk for sure; once a second while something is stored. */
export interface Stored {
  readonly type: 'stored';
  readonly at: number;
  readonly media: Readonly<Record<string, number>>;
}

/** A file is complete. */
export interface Closed {
  readonly type: 'closed';
  readonly at: number;
  readonly track: string;
  /** Where its last frame ends. */
  readonly media: number;
  readonly frames: number;
  readonly bytes: number;
  /** Packets that never came. */
  readonly lost: number;
}

/** The way to LiveKit was lost, or is there again. */
export interface Connection {
  readonly type: 'reconnecting' | 'reconnected';
  readonly at: number;
}

/** The last line, when the recorder ended by itself. */
export interface End {
  readonly type: 'end';
  readonly at: number;
  readonly reason: EndReason;
}

export const END_REASONS = ['stopped', 'empty', 'room_closed', 'removed', 'failed'] as const;
export type EndReason = (typeof END_REASONS)[number];

/** The manifest of a part, in the recording's directory. */
export function manifestName(part: number): string {
  return `part-${part}.jsonl`;
}
