import type { MediaKind, Source } from '../../manifest/manifest.ts';
import type { ManifestSummary, Span, TrackRun } from '../../manifest/summarize.ts';

/** A track file on the timeline of the whole recording. All times of a timeline are seconds from its start. */
export interface Clip {
  readonly path: string;
  readonly identity: string;
  readonly source: Source;
  readonly kind: MediaKind;
  readonly codec: string;
  /** When the file's moment 0 is. */
  readonly at: number;
  readonly to: number;
  /** What a second of the file took in truth. */
  readonly rate: number;
  /** When it is to be seen: not while it was muted. */
  readonly shown: readonly Span[];
}

/** Someone who is there. */
export interface Presence extends Span {
  readonly identity: string;
  readonly name: string;
}

export interface Timeline {
  readonly length: number;
  readonly clips: readonly Clip[];
  readonly people: readonly Presence[];
}

/** A part of the recording, and where its files are. */
export interface Part {
  readonly summary: ManifestSummary;
  readonly pathOf: (file: string) => string;
}

/** Puts parts one after another: the time between two of them, when nothing was recorded, is left out. */
export function createTimeline(parts: readonly Part[]): Timeline {
  const clips: Clip[] = [];
  const people: Presence[] = [];
  let length = 0;
  for (const { summary, pathOf } of parts) {
    const tracks = summary.tracks.filter(({ start, end }) => end > start);
    if (tracks.length === 0) continue;
    const begin = summary.start;
    const offset = length;
    const place = (at: number) => offset + Math.max(0, at - begin) / 1000;
    const end = Math.max(...tracks.map((track) => track.end));
    clips.push(...tracks.map((track) => clip(track, pathOf(track.file), place)));
    people.push(
      ...summary.people.map(({ identity, name, from, to }) => ({
        identity,
        name,
        from: place(from),
        to: place(Math.min(to, end)),
      })),
    );
    length = place(end);
  }
  return { length, clips, people };
}

function clip(track: TrackRun, path: string, place: (at: number) => number): Clip {
  const { identity, source, kind, codec, rate, start, end, muted } = track;
  const at = place(start);
  const to = place(end);
  const hidden = muted.map((span) => ({ from: place(span.from), to: place(span.to) }));
  return { path, identity, source, kind, codec, at, to, rate, shown: without({ from: at, to }, hidden) };
}

/** What is left of a span without the others. */
export function without(span: Span, others: readonly Span[]): Span[] {
  return others.reduce<Span[]>(
    (left, { from, to }) =>
      left.flatMap((each) =>
        [
          { from: each.from, to: Math.min(each.to, from) },
          { from: Math.max(each.from, to), to: each.to },
        ].filter((piece) => piece.to > piece.from),
      ),
    [{ ...span }],
  );
}
