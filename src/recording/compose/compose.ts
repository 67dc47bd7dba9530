import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../lib/errors.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { type ManifestSummary, summarize } from '../manifest/summarize.ts';
import { type Composition, FPS, writeCommand } from './command.ts';
import type { Ffmpeg } from './ffmpeg/find.ts';
import { type Contents, contentsOf, type Stretch, stretchesOf } from './ffmpeg/probe.ts';
import { runFfmpeg } from './ffmpeg/run.ts';
import { scenesOf } from './picture/scenes.ts';
import { piecesOf } from './sound/pieces.ts';
import { lanesOf } from './timeline/lanes.ts';
import { createTimeline, type Timeline } from './timeline/timeline.ts';

/** A pause in sound that is longer becomes silence of its own; shorter ones the resampler fills. */
const PAUSE_MS = 10_000;
/** How far the composed file may be from the length that it should have. */
const LENGTH_TOLERANCE_MS = 1_000;
const WORK = '.compose';

export interface ComposeOptions {
  readonly ffmpeg: Ffmpeg;
  /** With the manifests and tracks of all parts; the composed file is written into it. */
  readonly dir: string;
  readonly layout: 'grid' | 'speaker' | 'audio';
  /** Pixels; odd ones become even. */
  readonly width: number;
  readonly height: number;
  readonly signal: AbortSignal;
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
 * Makes one file of all tracks of a recording: a picture of who is there, a shared screen large, names drawn, sound
 * mixed; or the sound alone. The result was read again and has the length and streams that it should have: after
 * that, and not before, the tracks may go. May be called again after any end.
 *
 * @throws DomainError `recording_empty`, `compose_failed`; the signal's reason when aborted
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { ffmpeg, dir, layout, signal, onProgress } = options;
  const workDir = join(dir, WORK);
  await rm(workDir, { recursive: true, force: true });
  await mkdir(workDir);
  try {
    const { timeline, stretches } = await readTimeline(ffmpeg, dir, signal);
    const composition = plan(options, timeline, stretches);
    const kind = composition.picture ? 'video' : 'audio';
    const file = kind === 'video' ? 'recording.mp4' : 'recording.m4a';
    const made = join(workDir, file);
    const args = await writeCommand(composition, { workDir, output: made, major: ffmpeg.major });
    const { length } = composition;
    await runFfmpeg(ffmpeg, {
      args,
      cwd: workDir,
      signal,
      onTime: (s) => onProgress(Math.min(1, s / length)),
    });
    onProgress(1);
    const contents = await contentsOf(ffmpeg, made);
    verify(contents, composition);
    await keep(made, join(dir, file));
    const { size } = await stat(join(dir, file));
    const contentType = layout === 'audio' ? 'audio/mp4' : 'video/mp4';
    return { kind, file, contentType, bytes: size, duration: contents.duration };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** All parts of a recording put together, and where sound lies in its files, by path. */
async function readTimeline(ffmpeg: Ffmpeg, dir: string, signal: AbortSignal) {
  const names = (await readdir(dir)).filter((name) => /^part-\d+\.jsonl$/.test(name));
  const manifests = await Promise.all(names.map((name) => readManifest(join(dir, name))));
  const stretches = new Map<string, readonly Stretch[]>();
  const summaries: ManifestSummary[] = [];
  for (const manifest of manifests.sort((a, b) => a.header.part - b.header.part)) {
    const closed = new Set(manifest.lines.flatMap((line) => (line.type === 'closed' ? [line.track] : [])));
    const lengths = new Map<string, number>();
    for (const line of manifest.lines) {
      if (line.type !== 'opened' || (line.kind === 'video' && closed.has(line.track))) continue;
      signal.throwIfAborted();
      const found = await stretchesOf(ffmpeg, join(dir, line.file), PAUSE_MS);
      stretches.set(join(dir, line.file), found);
      lengths.set(line.file, found.at(-1)?.to ?? 0);
    }
    summaries.push(summarize(manifest, lengths));
  }
  const pathOf = (file: string) => join(dir, file);
  return { timeline: createTimeline(summaries.map((summary) => ({ summary, pathOf }))), stretches };
}

function plan(
  { layout, width, height, ffmpeg }: ComposeOptions,
  { clips, people, length }: Timeline,
  stretches: ReadonlyMap<string, readonly Stretch[]>,
): Composition {
  const size = { width: width & ~1, height: height & ~1 };
  const sound = lanesOf(clips.filter(({ kind }) => kind === 'audio')).flatMap((lane) => {
    const pieces = piecesOf(lane.clips, ({ path }) => stretches.get(path) ?? []);
    return pieces.length === 0 ? [] : [{ lane, pieces }];
  });
  const lanes = lanesOf(clips.filter(({ kind }) => kind === 'video'));
  if (layout === 'audio' ? sound.length === 0 : sound.length + lanes.length === 0) throw empty(layout);
  if (layout === 'audio') return { length, size, sound };
  const scenes = scenesOf({ lanes, people, length, size, fps: FPS });
  return { length, size, sound, picture: { lanes, scenes, names: ffmpeg.names } };
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

function empty(layout: ComposeOptions['layout']): DomainError {
  const what = layout === 'audio' ? 'sound' : 'media';
  return new DomainError('recording_empty', `There is no ${what} in this recording.`, {
    fix: 'Nobody published any while it ran; there is nothing to compose.',
  });
}
