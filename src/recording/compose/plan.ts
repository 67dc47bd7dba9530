import { DomainError } from '../../lib/errors.ts';
import { type Composition, FPS } from './command.ts';
import type { Ffmpeg } from './ffmpeg/find.ts';
import { type Scene, scenesOf } from './picture/scenes.ts';
import { type Loudness, speakersOf, stepAt } from './picture/speakers.ts';
import type { Recorded } from './read-timeline.ts';
import { levelsOf, WINDOW_S } from './sound/levels.ts';
import { piecesOf } from './sound/pieces.ts';
import { type Lane, lanesOf } from './timeline/lanes.ts';
import type { Clip, Timeline } from './timeline/timeline.ts';

export interface PlanOptions {
  readonly ffmpeg: Ffmpeg;
  readonly layout: 'grid' | 'speaker' | 'audio';
  /** Pixels; odd ones become even. */
  readonly width: number;
  readonly height: number;
  readonly signal: AbortSignal;
}

/** What is to be composed of what was recorded. Throws `recording_empty`. */
export async function planComposition(
  options: PlanOptions,
  { timeline, stretches }: Recorded,
): Promise<Composition> {
  const { layout, width, height, ffmpeg } = options;
  const { clips, length } = timeline;
  const size = { width: width & ~1, height: height & ~1 };
  const sound = lanesOf(clips.filter(({ kind }) => kind === 'audio')).flatMap((lane) => {
    const pieces = piecesOf(lane.clips, ({ path }) => stretches.get(path) ?? []);
    return pieces.length === 0 ? [] : [{ lane, pieces }];
  });
  const lanes = lanesOf(clips.filter(({ kind }) => kind === 'video'));
  if (layout === 'audio' ? sound.length === 0 : sound.length + lanes.length === 0) throw empty(layout);
  if (layout === 'audio') return { length, size, sound };
  const scenes = await scenesFor(options, timeline, lanes, size);
  return { length, size, sound, picture: { lanes, scenes, names: ffmpeg.names } };
}

async function scenesFor(
  { layout, ffmpeg, signal }: PlanOptions,
  { clips, people, length }: Timeline,
  lanes: readonly Lane[],
  size: Composition['size'],
): Promise<Scene[]> {
  const plain = { lanes, people, length, size, fps: FPS };
  if (layout !== 'speaker') return scenesOf(plain);
  const loudness: Loudness[] = [];
  for (const clip of clips.filter(({ source }) => source === 'microphone')) {
    loudness.push(...(await loudnessOf(ffmpeg, clip, signal)));
  }
  const speakers = speakersOf(loudness, WINDOW_S);
  return scenesOf({
    ...plain,
    cuts: speakers.map(({ from }) => from),
    speakerAt: (moment) => stepAt(speakers, moment),
  });
}

async function loudnessOf(
  ffmpeg: Ffmpeg,
  { path, identity, at, rate }: Clip,
  signal: AbortSignal,
): Promise<Loudness[]> {
  const levels = await levelsOf(ffmpeg, path, signal);
  return levels.map((level) => ({ identity, at: at + level.at * rate, db: level.db }));
}

function empty(layout: PlanOptions['layout']): DomainError {
  const what = layout === 'audio' ? 'sound' : 'media';
  return new DomainError('recording_empty', `There is no ${what} in this recording.`, {
    fix: 'Nobody published any while it ran; there is nothing to compose.',
  });
}
