import type { Clock } from '../../lib/clock.ts';
import type { Codec } from '../manifest/manifest.ts';
import { CODEC_FACTS } from './codecs/depacketizer.ts';
import type { Part } from './files/part.ts';
import type { OfferedStream } from './livekit/offer.ts';
import type { MediaPacket, SenderReport } from './rtp/packet.ts';
import type { StoredTrack } from './spec.ts';
import { type Publication, TrackRun } from './track-run.ts';

export interface TrackRunsOptions {
  readonly part: Part;
  readonly partNumber: number;
  readonly clock: Clock;
  readonly publication: (sid: string) => Publication | undefined;
  readonly onOpened: (track: StoredTrack) => void;
  readonly onError: (error: unknown) => void;
}

/** The files that are being written: one for each subscription, connection and codec. */
export class TrackRuns {
  readonly #streams = new Map<number, OfferedStream>();
  readonly #runs = new Map<number, { readonly run: TrackRun; readonly codec: Codec }>();
  #count = 0;
  #lostBefore = 0;
  /** Closing takes a while; nothing is over before it is done. */
  #closing: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: TrackRunsOptions) {}

  get size(): number {
    return this.#runs.size;
  }

  get lost(): number {
    return [...this.#runs.values()].reduce((sum, { run }) => sum + run.lost, this.#lostBefore);
  }

  /** The streams there are from now on; the files of others are complete. */
  setStreams(streams: readonly OfferedStream[]): void {
    this.#streams.clear();
    for (const stream of streams) this.#streams.set(stream.ssrc, stream);
    for (const ssrc of [...this.#runs.keys()]) if (!this.#streams.has(ssrc)) this.#close(ssrc);
  }

  push(packet: MediaPacket): void {
    const stream = this.#streams.get(packet.ssrc);
    const codec = stream?.codecs.get(packet.payloadType);
    if (!stream || !codec) return;
    const current = this.#runs.get(packet.ssrc);
    if (current && current.codec !== codec) this.#close(packet.ssrc);
    const run = current?.codec === codec ? current.run : this.#open(stream, codec);
    run?.push(packet);
  }

  report(report: SenderReport): void {
    this.#runs.get(report.ssrc)?.run.report(report);
  }

  /** Calls back for each stream with what to ask its sender for. */
  ask(now: number, ask: (ssrc: number, again: readonly number[], keyFrame: boolean) => void): void {
    for (const [ssrc, { run }] of this.#runs) {
      const { again, keyFrame } = run.wishes(now);
      if (again.length > 0 || keyFrame) ask(ssrc, again, keyFrame);
    }
  }

  async closeAll(): Promise<void> {
    for (const ssrc of [...this.#runs.keys()]) this.#close(ssrc);
    this.#streams.clear();
    await this.#closing;
  }

  /** Undefined while LiveKit has not told what the track is. */
  #open({ ssrc, trackSid }: OfferedStream, codec: Codec): TrackRun | undefined {
    const publication = this.options.publication(trackSid);
    if (!publication) return undefined;
    const { part, partNumber, clock, onOpened, onError } = this.options;
    const { identity, source } = publication;
    const run = new TrackRun({
      publication,
      codec,
      number: ++this.#count,
      partNumber,
      part,
      clock,
      onError,
      onOpened: (file) => onOpened({ file, identity, source, kind: CODEC_FACTS[codec].kind, codec }),
    });
    this.#runs.set(ssrc, { run, codec });
    return run;
  }

  #close(ssrc: number): void {
    const current = this.#runs.get(ssrc);
    if (!current) return;
    this.#runs.delete(ssrc);
    this.#closing = Promise.all([
      this.#closing,
      current.run.close().then(() => {
        this.#lostBefore += current.run.lost;
      }),
    ]);
  }
}
