import type { Stretch } from '../ffmpeg/probe.ts';
import type { Clip } from '../timeline/timeline.ts';

/** Sound without a long pause: where it lies in its input, and where it belongs; seconds. */
export interface Piece {
  /** From here on in the lane's own time (the clip's start and the file's moment). */
  readonly inputFrom: number;
  readonly inputTo: number;
  readonly from: number;
  readonly to: number;
  readonly rate: number;
}

/** The stretches of a lane's clips in the order of time; what would overlap the piece before it is cut there. */
export function piecesOf(clips: readonly Clip[], stretchesOf: (clip: Clip) => readonly Stretch[]): Piece[] {
  const pieces: Piece[] = [];
  for (const clip of clips) {
    for (const stretch of stretchesOf(clip)) {
      const placed = (ms: number) => clip.at + (ms / 1000) * clip.rate;
      const from = Math.max(placed(stretch.from), pieces.at(-1)?.to ?? 0);
      const to = placed(stretch.to);
      if (to <= from) continue;
      pieces.push({
        inputFrom: clip.at + stretch.from / 1000,
        inputTo: clip.at + stretch.to / 1000,
        from,
        to,
        rate: clip.rate,
      });
    }
  }
  return pieces;
}
