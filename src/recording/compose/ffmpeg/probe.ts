import { DomainError } from '../../../lib/errors.ts';
import type { Ffmpeg } from './find.ts';
import { linesOf } from './lines-of.ts';

/** A stretch of a file without a long pause; milliseconds from the file's start. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What a finished file holds. */
export interface Contents {
  /** Milliseconds. */
  readonly duration: number;
  readonly audio: boolean;
  readonly video?: { readonly width: number; readonly height: number };
}

/**
 * Where media lies in a track file, which may have been cut anywhere: by its packets, without decoding. A pause of
 * more than `pauseMs` parts two stretches. A file that can't be read has none.
 */
export async function stretchesOf(
  ffmpeg: Ffmpeg,
  path: string,
  pauseMs: number,
  signal: AbortSignal,
): Promise<Stretch[]> {
  const found: { from: number; to: number }[] = [];
  const what = ['-show_entries', 'packet=pts_time,duration_time', '-of', 'csv=p=0', path];
  await linesOf(ffmpeg, [ffmpeg.ffprobe, '-v', 'quiet', ...what], signal, (line) => {
    const [pts, duration] = line.split(',').map(Number);
    if (pts === undefined || Number.isNaN(pts)) return;
    const from = pts * 1000;
    const to = from + (duration || 0) * 1000;
    const last = found.at(-1);
    if (last && from - last.to <= pauseMs) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  });
  return found;
}

/** Throws `compose_failed` for a file that ffprobe can't read. */
export async function contentsOf(ffmpeg: Ffmpeg, path: string, signal: AbortSignal): Promise<Contents> {
  const lines: string[] = [];
  const what = ['-show_entries', 'format=duration:stream=codec_type,width,height', '-of', 'json', path];
  await linesOf(ffmpeg, [ffmpeg.ffprobe, '-v', 'quiet', ...what], signal, (line) => lines.push(line));
  const parsed = parse(lines.join('\n'));
  const duration = Number(parsed?.format?.duration);
  if (!parsed || Number.isNaN(duration)) {
    throw new DomainError('compose_failed', 'The composed file cannot be read again.', {
      fix: 'The tracks stay. Look whether the disk is full, then retry the job.',
    });
  }
  const video = parsed.streams?.find(({ codec_type }) => codec_type === 'video');
  return {
    duration: Math.round(duration * 1000),
    audio: parsed.streams?.some(({ codec_type }) => codec_type === 'audio') ?? false,
    ...(video && { video: { width: video.width ?? 0, height: video.height ?? 0 } }),
  };
}

interface Probed {
  readonly format?: { readonly duration?: string };
  readonly streams?: readonly { codec_type: string; width?: number; height?: number }[];
}

function parse(text: string): Probed | undefined {
  try {
    return JSON.parse(text) as Probed;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
