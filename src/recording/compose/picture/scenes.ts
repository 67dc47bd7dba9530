import type { Span } from '../../manifest/summarize.ts';
import type { Lane } from '../timeline/lanes.ts';
import type { Presence } from '../timeline/timeline.ts';
import { type Box, besideBoxes, gridBoxes } from './grid.ts';

/** More would be too small to see; who has a camera on comes first. */
const MOST_TILES = 25;

/** A place in the picture: a lane's video, or only a name where someone shows none. */
export interface Tile {
  readonly box: Box;
  readonly name: string;
  readonly lane?: Lane;
}

/** A time in which the picture is laid out in one way; seconds. */
export interface Scene extends Span {
  readonly tiles: readonly Tile[];
}

export interface SceneOptions {
  readonly lanes: readonly Lane[];
  readonly people: readonly Presence[];
  readonly length: number;
  readonly size: { readonly width: number; readonly height: number };
  /** Pictures a second: scenes change from one to the next. */
  readonly fps: number;
  /** Who is shown large at a moment, if anyone; asked for the middle of each time. */
  readonly speakerAt?: (seconds: number) => string | undefined;
  /** More moments at which the picture may change. */
  readonly cuts?: readonly number[];
}

/** Follows who is there, and what they show: at each change another scene. */
export function scenesOf(options: SceneOptions): Scene[] {
  const { lanes, people, length, fps, cuts = [] } = options;
  const spans = [...people, ...lanes.flatMap(({ clips }) => clips.flatMap(({ shown }) => shown))];
  const moments = [0, length, ...cuts, ...spans.flatMap(({ from, to }) => [from, to])]
    .map((moment) => Math.round(Math.min(Math.max(moment, 0), length) * fps) / fps)
    .sort((a, b) => a - b);
  const scenes: Scene[] = [];
  moments.forEach((from, i) => {
    const to = moments[i + 1];
    if (to === undefined || to <= from) return;
    const tiles = tilesAt((from + to) / 2, options);
    const last = scenes.at(-1);
    if (last && sameTiles(last.tiles, tiles)) scenes[scenes.length - 1] = { ...last, to };
    else scenes.push({ from, to, tiles });
  });
  return scenes;
}

function tilesAt(moment: number, { lanes, people, size, speakerAt }: SceneOptions): Tile[] {
  const area = { x: 0, y: 0, w: size.width, h: size.height };
  const seen = lanes.filter(({ clips }) => clips.some(({ shown }) => shown.some(covers(moment))));
  const cameras = seen.filter((lane) => !isScreen(lane));
  // What was shared last is what is looked at; else who speaks.
  const speaker = speakerAt?.(moment);
  const large = seen.findLast(isScreen) ?? cameras.find((lane) => ownerOf(lane) === speaker);
  const faces = facesOf(cameras, people, people.filter(covers(moment)));
  if (large === undefined) return boxed(faces, gridBoxes(faces.length, area));
  const beside = faces.filter(({ lane }) => lane !== large);
  const boxes = besideBoxes(beside.length, area);
  return [
    { lane: large, name: nameOf(ownerOf(large), people), box: boxes.large },
    ...boxed(beside, boxes.small),
  ];
}

/** By who came first, so that nobody moves when someone else turns a camera on or off. */
function facesOf(
  cameras: readonly Lane[],
  people: readonly Presence[],
  present: readonly Presence[],
): Omit<Tile, 'box'>[] {
  const owners = new Set(cameras.map(ownerOf));
  const place = (identity: string) => people.findIndex((person) => person.identity === identity);
  const all = [
    ...cameras.map((lane) => ({ identity: ownerOf(lane), lane })),
    ...present.filter(({ identity }) => !owners.has(identity)),
  ];
  return all
    .slice(0, MOST_TILES)
    .sort((a, b) => place(a.identity) - place(b.identity))
    .map((face) => ({
      name: nameOf(face.identity, people),
      ...('lane' in face && { lane: face.lane }),
    }));
}

const ownerOf = ({ clips: [first] }: Lane): string => first.identity;
const isScreen = ({ clips: [first] }: Lane): boolean => first.source === 'screen_share';

function nameOf(identity: string, people: readonly Presence[]): string {
  return people.find((person) => person.identity === identity)?.name ?? identity;
}

function boxed(faces: readonly Omit<Tile, 'box'>[], boxes: readonly Box[]): Tile[] {
  return boxes.flatMap((box, i) => {
    const face = faces[i];
    return face ? [{ ...face, box }] : [];
  });
}

const covers = (moment: number) => (span: Span) => span.from <= moment && moment < span.to;

function sameTiles(a: readonly Tile[], b: readonly Tile[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ box, name, lane }, i) => {
      const other = b[i];
      if (!other || other.name !== name || other.lane !== lane) return false;
      return box.x === other.box.x && box.y === other.box.y && box.w === other.box.w && box.h === other.box.h;
    })
  );
}
