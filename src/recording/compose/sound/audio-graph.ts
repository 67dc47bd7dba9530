import type { Piece } from './pieces.ts';

const RATE = 48_000;
const FORMAT = `aformat=sample_fmts=fltp:sample_rates=${RATE}:channel_layouts=stereo`;
/** Fills what is missing. */
const FILL = 'async=1';
/**
 * Also stretches by up to 500 samples a second, ten times what a bad clock needs. Without `flags=res` the resampler
 * begins only when it first has to stretch, forgets where it was, and runs away by seconds.
 */
const STRETCH = 'async=500:flags=res';

export interface AudioGraphOptions {
  /** The pieces of each lane, in the order of ffmpeg's inputs, the first of which is number `firstInput`. */
  readonly lanes: readonly (readonly Piece[])[];
  readonly firstInput: number;
  readonly length: number;
}

/**
 * All sound mixed, as ffmpeg's filters. Each lane is made of its pieces with silence between, to the sample: letting
 * the resampler fill an hour's pause would hold that hour in memory, 1.3 GB.
 */
export function audioGraph({ lanes, firstInput, length }: AudioGraphOptions, out: string): string[] {
  const total = samples(length);
  const chains = lanes.flatMap((pieces, i) => laneChain(pieces, i, firstInput + i, total));
  const mixed = lanes.map((_, i) => `[sound${i}]`).join('');
  return [
    ...chains,
    `${mixed}amix=inputs=${lanes.length}:normalize=0,alimiter=limit=0.95:level=disabled[${out}]`,
  ];
}

function laneChain(pieces: readonly Piece[], n: number, input: number, total: number): string[] {
  const name = (i: number) => `lane${n}piece${i}`;
  const cuts = pieces.slice(1).map(({ inputFrom }, i) => ((pieces[i]?.inputTo ?? 0) + inputFrom) / 2);
  const split =
    cuts.length === 0
      ? `[${input}:a]anull[in_${name(0)}]`
      : `[${input}:a]asegment=timestamps=${cuts.map((cut) => cut.toFixed(4)).join('|')}` +
        pieces.map((_, i) => `[in_${name(i)}]`).join('');

  const chains: string[] = [split];
  const labels: string[] = [];
  let done = 0;
  const silence = (until: number) => {
    if (until <= done) return;
    const label = `lane${n}silence${done}`;
    chains.push(`anullsrc=r=${RATE}:cl=stereo,atrim=end_sample=${until - done},${FORMAT}[${label}]`);
    labels.push(`[${label}]`);
    done = until;
  };
  pieces.forEach((piece, i) => {
    silence(samples(piece.from));
    const lasts = samples(piece.to) - done;
    if (lasts <= 0) {
      chains.push(`[in_${name(i)}]anullsink`);
      return;
    }
    chains.push(
      `[in_${name(i)}]asetpts='(${piece.from}+(PTS*TB-${piece.inputFrom})*${piece.rate}-${done / RATE})/TB',` +
        `aresample=${RATE}:${piece.rate === 1 ? FILL : STRETCH}:min_hard_comp=0.05:first_pts=0,` +
        `apad=whole_len=${lasts},atrim=end_sample=${lasts},asetpts=N/SR/TB,${FORMAT}[${name(i)}]`,
    );
    labels.push(`[${name(i)}]`);
    done += lasts;
  });
  silence(total);
  return [...chains, `${labels.join('')}concat=n=${labels.length}:v=0:a=1[sound${n}]`];
}

const samples = (seconds: number): number => Math.round(seconds * RATE);
