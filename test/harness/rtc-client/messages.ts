export const COLOURS = {
  red: [76, 85, 255],
  green: [150, 44, 21],
  blue: [29, 255, 107],
  grey: [128, 128, 128],
} as const satisfies Record<string, readonly [y: number, u: number, v: number]>;
export type Colour = keyof typeof COLOURS;

export type PublishableSource = 'microphone' | 'camera' | 'screen_share';

export const VIDEO_CODECS = ['vp8', 'h264', 'vp9', 'av1'] as const;
export interface VideoOptions {
  /** vp8 when not given. */
  readonly codec?: (typeof VIDEO_CODECS)[number];
  /** In several sizes at once. */
  readonly simulcast?: boolean;
  /** Pixels; 320 when not given. The height goes with it, 16:9. */
  readonly width?: number;
  /** With grain all over, so that it takes the bitrate of a real camera. */
  readonly isGrainy?: boolean;
  /** Pictures a second; 10 when not given. */
  readonly fps?: number;
}

/** What a test asks of a client; `id` comes back in the answer. */
export type Command = { readonly id: number } & (
  | { readonly do: 'connect'; readonly url: string; readonly token: string; readonly secret?: string }
  | { readonly do: 'publishMicrophone'; readonly hz: number; readonly isVoice?: boolean }
  | {
      readonly do: 'publishPicture';
      readonly source: 'camera' | 'screen_share';
      readonly colour: Colour;
      readonly video?: VideoOptions;
    }
  | { readonly do: 'setMuted'; readonly source: PublishableSource; readonly muted: boolean }
  | { readonly do: 'unpublish'; readonly source: PublishableSource }
  | { readonly do: 'send'; readonly topic: string; readonly text: string }
  | { readonly do: 'disconnect' }
);

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly error?: string; readonly value?: unknown }
  | { readonly kind: 'state'; readonly state: ClientState };

export interface ClientState {
  readonly connection: 'new' | 'connecting' | 'connected' | 'reconnecting' | 'disconnected';
  readonly roomSid?: string;
  readonly identity?: string;
  /** LiveKit's word, such as `PARTICIPANT_REMOVED`; only after a disconnect. */
  readonly disconnectReason?: string;
  /** How many times the connection came back. */
  readonly reconnects: number;
  /** Of the room. */
  readonly metadata?: string;
  readonly permissions?: { readonly canPublish: boolean; readonly sources: readonly string[] };
  /** Own publications by source. */
  readonly published: Readonly<Record<string, { readonly sid: string; readonly muted: boolean }>>;
  /** Everyone else, by identity. */
  readonly others: Readonly<Record<string, Other>>;
  readonly data: readonly { readonly topic: string; readonly text: string; readonly from?: string }[];
}

export interface Other {
  readonly name: string;
  readonly tracks: Readonly<Record<string, { readonly muted: boolean }>>;
  /** The last tenth of a second of this participant's microphone; absent when nothing arrives. */
  readonly sound?: { readonly hz: number; readonly level: number; readonly at: number };
  readonly picture?: {
    readonly frames: number;
    readonly colour: Colour;
    readonly at: number;
    readonly moved: boolean;
  };
}
