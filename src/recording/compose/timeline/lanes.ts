import type { Clip } from './timeline.ts';

/** Clips of one source of one person, one after another: ffmpeg reads them as one input, one file open at a time. */
export interface Lane {
  readonly clips: readonly [Clip, ...Clip[]];
}

/** Puts clips into as few lanes as can be: in one lane they don't overlap, and are of one codec. */
export function lanesOf(clips: readonly Clip[]): Lane[] {
  const lanes: [Clip, ...Clip[]][] = [];
  for (const clip of [...clips].sort((a, b) => a.at - b.at)) {
    const lane = lanes.find(([first, ...more]) => {
      const last = more.at(-1) ?? first;
      return sameKind(first, clip) && last.to <= clip.at;
    });
    if (lane) lane.push(clip);
    else lanes.push([clip]);
  }
  return lanes.map((each) => ({ clips: each }));
}

function sameKind(a: Clip, b: Clip): boolean {
  return a.identity === b.identity && a.source === b.source && a.kind === b.kind && a.codec === b.codec;
}

/**
 * The lane as a script for ffmpeg's concat reader, whose time 0 is the start of the first clip. `inpoint 0` keeps
 * what lies between a file's moment 0 and its first frame.
 * https://ffmpeg.org/ffmpeg-formats.html#concat-1
 */
export function concatScript({ clips }: Lane): string {
  const entries = clips.map((clip, i) => {
    const next = clips[i + 1];
    const lasts = (next?.at ?? clip.to) - clip.at;
    return `file '${clip.path.replaceAll("'", "'\\''")}'\ninpoint 0\nduration ${lasts.toFixed(6)}\n`;
  });
  return `ffconcat version 1.0\n${entries.join('')}`;
}
