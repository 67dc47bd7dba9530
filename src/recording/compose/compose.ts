import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../lib/errors.ts';
import { type Composition, writeCommand } from './command.ts';
import { type Contents, contentsOf } from './ffmpeg/probe.ts';
import { runFfmpeg } from './ffmpeg/run.ts';
import { type PlanOptions, planComposition } from './plan.ts';
import { readTimeline } from './read-timeline.ts';

/** How far the composed file may be from the length that it should have. */
const LENGTH_TOLERANCE_MS = 1_000;
const WORK = '.compose';

export interface ComposeOptions extends PlanOptions {
  /** With the manifests and tracks of all parts; the composed file is written into it. */
  readonly dir: string;
  /** 0 to 1. */
  readonly onProgress: (fraction: number) => void;
}

export interface Composed {
  readonly kind: 'video' | 'audio';
  /** Name in the directory. */
  readonly file: string;
  readonly contentType: 'video/mp4' | 'audio/mp4';
  readonly bytes: number;
  /** Milliseconds. */
  readonly duration: number;
}

/**
 * Makes one file of all tracks of a recording: a picture of who is there, a shared screen (or who speaks) large,
 * names drawn, sound mixed; or the sound alone. The result was read again and has the length and streams that it
 * should have: after that, and not before, the tracks may go. May be called again after any end.
 *
 * @throws DomainError `recording_empty`, `compose_failed`; the signal's reason when aborted
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { ffmpeg, dir, signal, onProgress } = options;
  const workDir = join(dir, WORK);
  await rm(workDir, { recursive: true, force: true });
  await mkdir(workDir);
  try {
    const composition = await planComposition(options, await readTimeline(ffmpeg, dir, signal));
    const [kind, file] = composition.picture
      ? (['video', 'recording.mp4'] as const)
      : (['audio', 'recording.m4a'] as const);
    const made = join(workDir, file);
    const args = await writeCommand(composition, { workDir, output: made, major: ffmpeg.major });
    const { length } = composition;
    const onTime = (seconds: number) => onProgress(Math.min(1, seconds / length));
    await runFfmpeg(ffmpeg, { args, cwd: workDir, signal, onTime });
    onProgress(1);
    const contents = await contentsOf(ffmpeg, made, signal);
    verify(contents, composition);
    await keep(made, join(dir, file));
    const { size } = await stat(join(dir, file));
    return { kind, file, contentType: `${kind}/mp4`, bytes: size, duration: contents.duration };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function verify({ duration, audio, video }: Contents, { length, size, picture, sound }: Composition): void {
  const faults = [
    Math.abs(duration - length * 1000) > LENGTH_TOLERANCE_MS &&
      `it lasts ${duration} ms instead of ${Math.round(length * 1000)}`,
    audio !== sound.length > 0 && `it has ${audio ? '' : 'no '}sound`,
    picture &&
      (video?.width !== size.width || video.height !== size.height) &&
      'its picture has another size',
  ].filter((fault) => typeof fault === 'string');
  if (faults.length === 0) return;
  throw new DomainError('compose_failed', `The composed file is not as it should be: ${faults.join(', ')}.`, {
    fix: 'The tracks stay. Retry the job, with a newer ffmpeg if it fails again.',
  });
}

/** Under its own name only once it is safely on the disk. */
async function keep(made: string, path: string): Promise<void> {
  const file = await open(made, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(made, path);
}
