import { lineUp } from './line-up.ts';
import type { Closed, Codec, Header, ManifestLine, MediaKind, Opened, Source, Sync } from './manifest.ts';
import type { Manifest } from './read-manifest.ts';

/** From `from` to `to`, milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One file of media, and where it belongs in time. */
export interface TrackRun {
  readonly track: string;
  readonly sid: string;
  readonly file: string;
  readonly identity: string;
  readonly source: Source;
  readonly kind: MediaKind;
  readonly codec: Codec;
  /** Pixels of the first picture. */
  readonly width?: number;
  readonly height?: number;
  /** When the file's moment 0 was, and when its last frame ended; milliseconds since the epoch, recorder's clock. */
  readonly start: number;
  readonly end: number;
  /**
   * What a second of the file took in truth, in seconds: the sender's clock drifts. A moment `media` of the file was
   * at `start + media * rate`.
   */
  readonly rate: number;
  /** While it was muted. */
  readonly muted: readonly Span[];
  /** Packets that never came; unknown for a file that was not closed. */
  readonly lost?: number;
}

/** Someone's stay in the room. */
export interface Stay extends Span {
  readonly identity: string;
  readonly name: string;
}

/** What a part of a recording holds, in the order it began. */
export interface ManifestSummary {
  readonly header: Header;
  /** Ended by itself; else the recorder was killed. */
  readonly complete: boolean;
  /** When the first media was stored; the manifest's own begin where there is none. */
  readonly start: number;
  readonly end: number;
  readonly tracks: readonly TrackRun[];
  readonly people: readonly Stay[];
  /** While there was no connection. */
  readonly interruptions: readonly Span[];
}

/**
 * Works out which file belongs where. `measured` gives the length of files by name, in milliseconds, where the
 * caller has measured them; a file that was not closed is else taken to end where it was last stored for sure.
 */
export function summarize(
  manifest: Manifest,
  measured: ReadonlyMap<string, number> = new Map(),
): ManifestSummary {
  const { header, lines } = manifest;
  const lastAt = lines.reduce((latest, { at }) => Math.max(latest, at), header.at);
  const offset = clockOffset(lines);
  const tracks = of(lines, 'opened')
    .map((opened) => trackRun({ opened, lines, offset, length: measured.get(opened.file), lastAt }))
    .sort((a, b) => a.start - b.start);
  return {
    header,
    complete: lines.at(-1)?.type === 'end',
    start: tracks[0]?.start ?? header.at,
    end: Math.max(lastAt, ...tracks.map(({ end }) => end)),
    tracks,
    people: stays(lines, lastAt),
    interruptions: spans(lines, 'reconnecting', 'reconnected', lastAt),
  };
}

/** LiveKit may run on another machine: its clock against ours, with the fastest report on its way for no time. */
function clockOffset(lines: readonly ManifestLine[]): number {
  const delays = of(lines, 'sync').map(({ at, ntp }) => at - ntp);
  return delays.length === 0 ? 0 : delays.reduce((least, delay) => Math.min(least, delay));
}

function trackRun(given: {
  opened: Opened;
  lines: readonly ManifestLine[];
  offset: number;
  length: number | undefined;
  lastAt: number;
}): TrackRun {
  const { opened, lines, offset, lastAt } = given;
  const mine = (line: Sync | Closed) => line.track === opened.track;
  const { start, rate } = lineUp(of(lines, 'sync').filter(mine)) ?? { start: opened.at - offset, rate: 1 };
  const closed = of(lines, 'closed').find(mine);
  const stored = of(lines, 'stored').findLast(({ media }) => opened.track in media)?.media[opened.track];
  const media = given.length ?? closed?.media ?? stored ?? 0;
  const { type, at, ...described } = opened;
  return {
    ...described,
    start: start + offset,
    end: start + offset + media * rate,
    rate,
    muted: mutes(lines, opened.sid, closed?.at ?? lastAt).filter(({ to }) => to > opened.at),
    ...(closed && { lost: closed.lost }),
  };
}

function mutes(lines: readonly ManifestLine[], sid: string, until: number): Span[] {
  const mine = lines.filter((line) => (line.type === 'muted' || line.type === 'unmuted') && line.sid === sid);
  return spans(mine, 'muted', 'unmuted', until);
}

/** The times from each `from` line to the `to` line after it; one that is left open ends at `until`. */
function spans(
  lines: readonly ManifestLine[],
  from: ManifestLine['type'],
  to: ManifestLine['type'],
  until: number,
): Span[] {
  const found: Span[] = [];
  let begin: number | undefined;
  for (const { type, at } of lines) {
    if (type === from) begin ??= at;
    if (type !== to || begin === undefined) continue;
    found.push({ from: begin, to: at });
    begin = undefined;
  }
  return begin === undefined || begin >= until ? found : [...found, { from: begin, to: until }];
}

function stays(lines: readonly ManifestLine[], until: number): Stay[] {
  const found: Stay[] = [];
  const here = new Map<string, { name: string; from: number }>();
  const leave = (identity: string, to: number) => {
    const stay = here.get(identity);
    if (stay) found.push({ identity, ...stay, to });
    here.delete(identity);
  };
  for (const line of lines) {
    if (line.type === 'joined' && !here.has(line.identity)) {
      here.set(line.identity, { name: line.name, from: line.at });
    }
    if (line.type === 'left') leave(line.identity, line.at);
  }
  for (const identity of [...here.keys()]) leave(identity, until);
  return found.sort((a, b) => a.from - b.from);
}

function of<T extends ManifestLine['type']>(lines: readonly ManifestLine[], type: T) {
  return lines.filter((line): line is Extract<ManifestLine, { type: T }> => line.type === type);
}
