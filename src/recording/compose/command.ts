import { join } from 'node:path';
import { labelsOf } from './picture/labels.ts';
import type { Scene } from './picture/scenes.ts';
import { videoGraph } from './picture/video-graph.ts';
import { audioGraph } from './sound/audio-graph.ts';
import type { Piece } from './sound/pieces.ts';
import { concatScript, type Lane } from './timeline/lanes.ts';

const GRAPH = 'graph.txt';
const LABELS = 'names.ass';
export const FPS = 15;

export interface Composition {
  readonly length: number;
  readonly size: { readonly width: number; readonly height: number };
  /** Undefined where only sound is wanted. */
  readonly picture?: {
    readonly lanes: readonly Lane[];
    readonly scenes: readonly Scene[];
    readonly names: boolean;
  };
  readonly sound: readonly { readonly lane: Lane; readonly pieces: readonly Piece[] }[];
}

/**
 * Writes what ffmpeg reads (scripts of lanes, filters, names) into `workDir`, and returns its arguments for one run
 * there that writes `output`.
 */
export async function writeCommand(
  { length, size, picture, sound }: Composition,
  { workDir, output, major }: { workDir: string; output: string; major: number },
): Promise<string[]> {
  const pictureLanes = picture?.lanes ?? [];
  const graph: string[] = [];
  if (picture) {
    const labels = picture.names ? LABELS : undefined;
    if (labels) await Bun.write(join(workDir, labels), labelsOf(picture.scenes, size));
    const { lanes, scenes } = picture;
    graph.push(...videoGraph({ lanes, firstInput: 0, scenes, length, size, fps: FPS, labels }, 'picture'));
  }
  if (sound.length > 0) {
    const lanes = sound.map(({ pieces }) => pieces);
    graph.push(...audioGraph({ lanes, firstInput: pictureLanes.length, length }, 'sound'));
  }
  await Bun.write(join(workDir, GRAPH), `${graph.join(';\n')}\n`);

  const inputs = [...pictureLanes, ...sound.map(({ lane }) => lane)];
  const scripts = inputs.map((lane, i) => Bun.write(join(workDir, `lane-${i}.ffconcat`), concatScript(lane)));
  await Promise.all(scripts);
  return [
    // Timestamps as they are in the files: else each input would be moved to begin at its first frame.
    ...['-y', '-copyts'],
    ...inputs.flatMap((lane, i) => input(lane, `lane-${i}.ffconcat`)),
    // A graph of many scenes is longer than an argument may be. The option was renamed in 7.0.
    ...[major >= 7 ? '-/filter_complex' : '-filter_complex_script', GRAPH],
    ...(picture
      ? ['-map', '[picture]', ...'-c:v libx264 -preset veryfast -crf 26 -pix_fmt yuv420p'.split(' ')]
      : []),
    ...(sound.length > 0 ? ['-map', '[sound]', ...'-c:a aac -b:a 96k'.split(' ')] : []),
    ...['-t', length.toFixed(3), '-movflags', '+faststart', '-f', 'mp4', output],
  ];
}

/** One thread each: there may be many, and pictures are small. Frames that change size must not reset the filters. */
function input({ clips: [first] }: Lane, script: string): string[] {
  return [
    ...['-threads', '1', '-reinit_filter', '0', '-itsoffset', first.at.toFixed(6)],
    ...['-safe', '0', '-f', 'concat', '-i', script],
  ];
}
