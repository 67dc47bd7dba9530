import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readManifest } from '../manifest/read-manifest.ts';
import { summarize } from '../manifest/summarize.ts';
import type { Ffmpeg } from './ffmpeg/find.ts';
import { type Stretch, stretchesOf } from './ffmpeg/probe.ts';
import { createTimeline, type Part, type Timeline } from './timeline/timeline.ts';

/** A pause in sound that is longer becomes silence of its own; shorter ones the resampler fills. */
const PAUSE_MS = 10_000;

export interface Recorded {
  readonly timeline: Timeline;
  /** Where media lies in a sound file, by its path. */
  readonly stretches: ReadonlyMap<string, readonly Stretch[]>;
}

/** All parts of a recording put together, as their manifests and the files themselves tell. */
export async function readTimeline(ffmpeg: Ffmpeg, dir: string, signal: AbortSignal): Promise<Recorded> {
  const names = (await readdir(dir)).filter((name) => /^part-\d+\.jsonl$/.test(name));
  const manifests = await Promise.all(names.map((name) => readManifest(join(dir, name))));
  const stretches = new Map<string, readonly Stretch[]>();
  const parts: Part[] = [];
  const pathOf = (file: string) => join(dir, file);
  for (const manifest of manifests.sort((a, b) => a.header.part - b.header.part)) {
    const lengths = new Map<string, number>();
    for (const file of filesToMeasure(manifest)) {
      const found = await stretchesOf(ffmpeg, pathOf(file), PAUSE_MS, signal);
      stretches.set(pathOf(file), found);
      lengths.set(file, found.at(-1)?.to ?? 0);
    }
    parts.push({ summary: summarize(manifest, lengths), pathOf });
  }
  return { timeline: createTimeline(parts), stretches };
}

/** All sound, for its pauses; of pictures what nobody closed, for its length. */
function filesToMeasure({ lines }: Manifest): string[] {
  const closed = new Set(lines.flatMap((line) => (line.type === 'closed' ? [line.track] : [])));
  return lines.flatMap((line) => {
    if (line.type !== 'opened') return [];
    return line.kind === 'audio' || !closed.has(line.track) ? [line.file] : [];
  });
}
