import type { Clock } from '../../lib/clock.ts';
import type { Codec, Source } from '../manifest/manifest.ts';
import { CODEC_FACTS } from './codecs/depacketizer.ts';
import type { Frame } from './codecs/frame.ts';
import type { AppendFile } from './files/append-file.ts';
import { type MatroskaTrack, writeMatroska } from './files/matroska.ts';
import type { Part } from './files/part.ts';
import { KeyFrames } from './key-frames.ts';
import { InOrder } from './rtp/in-order.ts';
import type { MediaPacket, SenderReport } from './rtp/packet.ts';
import { nearest, unwrap } from './rtp/unwrap.ts';

/** A published track, as LiveKit describes it. */
export interface Publication {
  readonly sid: string;
  readonly identity: string;
  readonly source: Source;
  /** Pixels; for codecs whose frames don't tell. */
  readonly width?: number;
  readonly height?: number;
}

export interface TrackRunOptions {
  readonly publication: Publication;
  readonly codec: Codec;
  /** Of this run, in this part. */
  readonly number: number;
  readonly partNumber: number;
  readonly part: Part;
  readonly clock: Clock;
  readonly onOpened: (file: string) => void;
  readonly onError: (error: unknown) => void;
}

/** What to ask the sender for now. */
export interface Wishes {
  /** Sequence numbers to send again. */
  readonly again: readonly number[];
  readonly keyFrame: boolean;
}

/** A frame of Opus, as WebRTC sends them. */
const SOUND_FRAME_MS = 20;
const LONGEST_PICTURE_MS = 100;
/** LiveKit ends VP8 tracks with pictures of 8 by 8, over which ffmpeg stumbles. */
const SMALLEST_PICTURE = 16;

/** From the packets of one subscription in one codec to one file: in order, whole frames only, beginning with a key frame. */
export class TrackRun {
  readonly #id: string;
  readonly #packets = new InOrder({ onPacket: (packet) => this.#take(packet), onLost: (n) => this.#lose(n) });
  readonly #depacketizer;
  readonly #keyFrames: KeyFrames;
  readonly #clockRate: number;
  readonly #unwrap = unwrap(32);
  /** The file's moment 0, in ticks; undefined until the first frame. */
  #origin: number | undefined;
  #newest = 0;
  /** Milliseconds of the file. */
  #media = 0;
  #lastStep = 0;
  #frames = 0;
  #lost = 0;
  #size = '';
  #report: SenderReport | undefined;
  #file: AppendFile | undefined;
  #track: MatroskaTrack | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(private readonly options: TrackRunOptions) {
    const { kind, clockRate, depacketizer } = CODEC_FACTS[options.codec];
    this.#id = `t${options.number}`;
    this.#clockRate = clockRate;
    this.#depacketizer = depacketizer();
    this.#keyFrames = new KeyFrames(kind === 'video');
  }

  get lost(): number {
    return this.#lost;
  }

  push(packet: MediaPacket): void {
    if (!this.#isClosed) this.#packets.push(packet, this.options.clock.now());
  }

  report(report: SenderReport): void {
    this.#report = report;
    this.#noteReport();
  }

  wishes(now: number): Wishes {
    const again = this.#packets.isWaiting ? this.#packets.wanted(now) : [];
    return { again, keyFrame: this.#keyFrames.shallAsk(now) };
  }

  /** Ends the file; it is complete and on the disk when this resolves. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#packets.flush();
    this.#isClosed = true;
    const { part, clock } = this.options;
    try {
      await this.#writing;
      if (this.#origin === undefined) return;
      await this.#track?.finish();
      await part.closeTrack(this.#id);
      part.note({
        type: 'closed',
        at: clock.now(),
        track: this.#id,
        media: Math.round(this.#media + this.#lastStep),
        frames: this.#frames,
        bytes: this.#file?.bytes ?? 0,
        lost: this.#lost,
      });
    } catch (error) {
      this.options.onError(error);
    }
  }

  #lose(count: number): void {
    this.#lost += count;
    this.#depacketizer.reset();
    this.#keyFrames.lose();
  }

  #take(packet: MediaPacket): void {
    const frame = this.#depacketizer.push(packet);
    if (!frame) return;
    if ((frame.width ?? Infinity) <= SMALLEST_PICTURE || (frame.height ?? Infinity) <= SMALLEST_PICTURE) {
      this.#keyFrames.lose();
      return;
    }
    if (this.#keyFrames.pass(frame.isKey)) this.#store(frame);
  }

  #store(frame: Frame): void {
    const time = this.#unwrap(frame.timestamp);
    this.#newest = Math.max(this.#newest, time);
    if (this.#origin === undefined) {
      this.#origin = time;
      this.#open(frame);
    }
    const media = Math.max(this.#media, this.#toMedia(time));
    const longest = this.options.codec === 'opus' ? SOUND_FRAME_MS : LONGEST_PICTURE_MS;
    this.#lastStep = this.options.codec === 'opus' ? SOUND_FRAME_MS : Math.min(media - this.#media, longest);
    this.#media = media;
    this.#noteSize(frame);
    const isFirst = ++this.#frames === 1;
    this.#write(async () => {
      await this.#track?.add({ data: frame.data, isKey: frame.isKey, media });
      // what the recording begins with does not wait for its turn
      if (isFirst) await this.#file?.write();
    });
  }

  #open(frame: Frame): void {
    const { publication, codec, number, partNumber, part, clock, onOpened } = this.options;
    const { width = publication.width, height = publication.height } = frame;
    const { sid, identity, source } = publication;
    const kind = CODEC_FACTS[codec].kind;
    const name = `part-${partNumber}-${String(number).padStart(3, '0')}-${source}.mkv`;
    const size = kind === 'video' ? { width, height } : {};
    part.note({
      type: 'opened',
      at: clock.now(),
      track: this.#id,
      sid,
      identity,
      source,
      kind,
      codec,
      file: name,
      ...size,
    });
    this.#size = `${frame.width}x${frame.height}`;
    this.#write(async () => {
      this.#file = await part.openTrack(this.#id, name, () => this.#media);
      this.#track = await writeMatroska(this.#file, { codec, setup: frame.setup, ...size });
      onOpened(name);
    });
    this.#noteReport();
  }

  /** One frame after the other, since the file takes its time to open. */
  #write(run: () => Promise<void> | undefined): void {
    this.#writing = this.#writing.then(run);
    this.#writing.catch(this.options.onError);
  }

  #noteReport(): void {
    if (!this.#report || this.#origin === undefined) return;
    const media = this.#toMedia(nearest(this.#report.timestamp, this.#newest, 2 ** 32));
    const { part, clock } = this.options;
    part.note({
      type: 'sync',
      at: clock.now(),
      track: this.#id,
      ntp: thousandths(this.#report.ntp),
      media: thousandths(media),
    });
    this.#report = undefined;
  }

  #noteSize({ width, height }: Frame): void {
    if (width === undefined || height === undefined || `${width}x${height}` === this.#size) return;
    this.#size = `${width}x${height}`;
    const { part, clock } = this.options;
    part.note({
      type: 'resized',
      at: clock.now(),
      track: this.#id,
      media: Math.round(this.#media),
      width,
      height,
    });
  }

  #toMedia(time: number): number {
    return ((time - (this.#origin ?? time)) / this.#clockRate) * 1000;
  }
}

/** To the microsecond; more would only make the manifest longer. */
function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
