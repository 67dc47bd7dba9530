import type { Ffmpeg } from '../ffmpeg/find.ts';
import { linesOf } from '../ffmpeg/lines-of.ts';

/** How loud it was in a window of `WINDOW_S`, decibels below full; `at` is seconds from the file's start. */
export interface Level {
  readonly at: number;
  readonly db: number;
}

export const WINDOW_S = 0.5;
/** Enough to tell speech from silence, at a fraction of the cost. */
const RATE = 8_000;

/** How loud a sound file is, window after window; it is decoded once, at some hundred times its speed. */
export async function levelsOf(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<Level[]> {
  const measure =
    `aresample=${RATE},asetnsamples=n=${RATE * WINDOW_S}:p=0,astats=metadata=1:reset=1,` +
    'ametadata=mode=print:key=lavfi.astats.Overall.RMS_level:file=-';
  const args = ['-v', 'quiet', '-nostdin', '-copyts', '-i', path, '-vn', '-af', measure, '-f', 'null', '-'];
  const found: Level[] = [];
  let at = 0;
  await linesOf(ffmpeg, [ffmpeg.ffmpeg, ...args], signal, (line) => {
    const [, time] = /pts_time:([\d.]+)/.exec(line) ?? [];
    if (time !== undefined) at = Number(time);
    const [, db] = /RMS_level=(-?[\d.]+)/.exec(line) ?? [];
    if (db !== undefined) found.push({ at, db: Number(db) });
  });
  return found;
}
