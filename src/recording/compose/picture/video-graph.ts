import type { Lane } from '../timeline/lanes.ts';
import { type Step, stepExpression } from '../timeline/steps.ts';
import type { Box } from './grid.ts';
import type { Scene } from './scenes.ts';

/** Of a lane that no scene shows. */
const NOWHERE: Box = { x: 0, y: 0, w: 64, h: 36 };

export interface VideoGraphOptions {
  /** In the order of ffmpeg's inputs, the first of which is number `firstInput`. */
  readonly lanes: readonly Lane[];
  readonly firstInput: number;
  readonly scenes: readonly Scene[];
  readonly length: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly fps: number;
  /** File of names in the working directory. */
  readonly labels?: string;
}

/**
 * The picture as ffmpeg's filters: each lane laid over a black base, its place and size following the scenes. Sizes
 * change within one scaler, rather than in one for each size: those would have to hold frames back for one another.
 * It has to put out what overlay takes (with alpha), else a scaler of fixed size would be inserted between the two.
 */
export function videoGraph(options: VideoGraphOptions, out: string): string[] {
  const { lanes, firstInput, scenes, length, size, fps, labels } = options;
  const base = `color=c=black:s=${size.width}x${size.height}:r=${fps}:d=${length.toFixed(3)},format=yuv420p[base0]`;
  const layers = lanes.flatMap((lane, i) => layer(lane, i, firstInput + i, scenes, fps));
  const names = labels === undefined ? 'null' : `ass=${labels}`;
  return [base, ...layers, `[base${lanes.length}]${names},format=yuv420p[${out}]`];
}

function layer(
  lane: Lane,
  n: number,
  input: number,
  scenes: readonly Scene[],
  fps: number,
): readonly string[] {
  const boxes = scenes.map(({ from, tiles }) => ({
    from,
    box: tiles.find((tile) => tile.lane === lane)?.box,
  }));
  const seen = stepExpression(boxes.map(({ from, box }) => ({ from, value: box ? 1 : 0 })));
  // While it is not seen it keeps the size that it had, or will have first.
  let held = boxes.find(({ box }) => box)?.box ?? NOWHERE;
  const placed = boxes.map(({ from, box }) => {
    held = box ?? held;
    return { from, box: held };
  });
  const by = (value: (box: Box) => number) =>
    stepExpression(placed.map(({ from, box }) => ({ from, value: value(box) })));
  const place =
    `x='${by(({ x }) => x)}+(${by(({ w }) => w)}-w)/2':` +
    `y='${by(({ y }) => y)}+(${by(({ h }) => h)}-h)/2'`;
  return [
    `[${input}:v]${inTime(lane)}fps=${fps},` +
      `scale=w='${by(({ w }) => w)}':h='${by(({ h }) => h)}':eval=frame:flags=bilinear:` +
      `force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuva420p[lane${n}]`,
    `[base${n}][lane${n}]overlay=${place}:eof_action=pass:enable='${seen}'[base${n + 1}]`,
  ];
}

/** Moves frames to where they belong when the sender's clock ran fast or slow. */
function inTime({ clips }: Lane): string {
  if (clips.every(({ rate }) => rate === 1)) return '';
  const steps: Step[] = clips.map(({ at, rate }) => ({ from: at, value: `${at}+(T-${at})*${rate}` }));
  return `setpts='(${stepExpression(steps, 'T')})/TB',`;
}
