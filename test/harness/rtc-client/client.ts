import { within } from '../within.ts';
import type {
  ClientState,
  Colour,
  Command,
  FromWorker,
  Other,
  PublishableSource,
  VideoOptions,
} from './messages.ts';

export type { ClientState, Colour, Other, VideoOptions } from './messages.ts';

const ANSWER_LIMIT_MS = 30_000;
/** Sound or pictures older than this are history. */
const FRESH_MS = 1500;
const AUDIBLE_LEVEL = 800;
const PITCH_TOLERANCE_HZ = 40;
const FULL_PICTURES = 3;

type CommandOf<K extends Command['do']> = Omit<Extract<Command, { do: K }>, 'id' | 'do'>;

/** A real LiveKit client (rtc-node: ICE, DTLS, Opus, VP8) that a test steers; it lives in a process of its own. */
export interface RtcClient {
  /** The newest state; at most 50 ms old. */
  readonly state: ClientState;
  readonly pid: number;
  /** Milliseconds from the connect call to connected media; set by `connect`. */
  readonly connectMs: number;
  /** Rejects with LiveKit's words when the server refuses. With a secret, all media is encrypted from end to end. */
  connect(url: string, token: string, options?: { secret?: string }): Promise<void>;
  /** A steady tone, or with `isVoice` one as loud now and soft then as somebody who speaks. */
  publishMicrophone(hz: number, options?: { isVoice?: boolean }): Promise<void>;
  publishCamera(colour: Colour, video?: VideoOptions): Promise<void>;
  publishScreen(colour: Colour, video?: VideoOptions): Promise<void>;
  setMuted(source: PublishableSource, muted: boolean): Promise<void>;
  unpublish(source: PublishableSource): Promise<void>;
  send(topic: string, text: string): Promise<void>;
  disconnect(): Promise<void>;
  /** True while `identity`'s tone of `hz` arrives. */
  hears(identity: string, hz: number): boolean;
  /** True while nothing audible arrives from `identity`. */
  hearsNothingFrom(identity: string): boolean;
  /** True while moving pictures of that colour arrive from `identity`. */
  sees(identity: string, colour: Colour): boolean;
  /** Waits until `condition` holds of the state. */
  until(condition: (state: ClientState) => unknown, what: string, limitMs?: number): Promise<void>;
  /** Ends the process at once, as a crash or a closed lid does. */
  close(): Promise<void>;
}

/** Starts a client that is not connected yet; `env` is added to its environment, `prefix` is what its command begins with. */
export function createRtcClient(
  options: { readonly env?: Record<string, string>; readonly prefix?: readonly string[] } = {},
): RtcClient {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let state: ClientState = { connection: 'new', reconnects: 0, published: {}, others: {}, data: [] };
  let nextId = 1;
  let connectMs = Number.NaN;

  const child = Bun.spawn(
    [...(options.prefix ?? []), process.execPath, 'run', `${import.meta.dir}/worker.ts`],
    {
      env: { ...process.env, LIVEKIT_LOG_LEVEL: 'error', RUST_LOG: 'off', ...options.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      ipc(message: FromWorker) {
        if (message.kind === 'state') {
          state = message.state;
          return;
        }
        const asked = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error === undefined) asked?.resolve(message.value);
        else asked?.reject(new Error(message.error));
      },
      onExit(_child, code, signal) {
        for (const asked of waiting.values()) {
          asked.reject(new Error(`the client process ended (${signal ?? code}): ${lastWords}`));
        }
        waiting.clear();
      },
    },
  );
  let lastWords = '';
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) lastWords = (lastWords + decoder.decode(chunk)).slice(-2000);
  })();

  function ask<K extends Command['do']>(what: K, rest: CommandOf<K>): Promise<unknown> {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`the client did not finish "${what}" in ${ANSWER_LIMIT_MS} ms: ${lastWords}`));
      }, ANSWER_LIMIT_MS);
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          then(value);
        };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      child.send({ id, do: what, ...rest });
    });
  }

  const other = (identity: string): Other | undefined => state.others[identity];
  const fresh = (at: number) => Date.now() - at < FRESH_MS;

  return {
    get state() {
      return state;
    },
    get connectMs() {
      return connectMs;
    },
    pid: child.pid,
    async connect(url, token, how) {
      connectMs = Number(await ask('connect', { url, token, ...how }));
    },
    async publishMicrophone(hz, options) {
      await ask('publishMicrophone', { hz, ...options });
    },
    async publishCamera(colour, video) {
      await ask('publishPicture', { source: 'camera', colour, video });
    },
    async publishScreen(colour, video) {
      await ask('publishPicture', { source: 'screen_share', colour, video });
    },
    async setMuted(source, muted) {
      await ask('setMuted', { source, muted });
    },
    async unpublish(source) {
      await ask('unpublish', { source });
    },
    async send(topic, text) {
      await ask('send', { topic, text });
    },
    async disconnect() {
      await ask('disconnect', {});
    },
    hears(identity, hz) {
      const sound = other(identity)?.sound;
      if (!sound || !fresh(sound.at)) return false;
      return sound.level > AUDIBLE_LEVEL && Math.abs(sound.hz - hz) < PITCH_TOLERANCE_HZ;
    },
    hearsNothingFrom(identity) {
      const sound = other(identity)?.sound;
      return !sound || !fresh(sound.at) || sound.level < AUDIBLE_LEVEL / 4;
    },
    sees(identity, colour) {
      const picture = other(identity)?.picture;
      if (!picture || !fresh(picture.at)) return false;
      return picture.colour === colour && picture.moved && picture.frames >= FULL_PICTURES;
    },
    async until(condition, what, limitMs = ANSWER_LIMIT_MS) {
      await within(limitMs, () => Boolean(condition(state)), `${what} (state: ${JSON.stringify(state)})`);
    },
    async close() {
      child.kill('SIGKILL');
      await child.exited;
      await reading;
    },
  };
}
