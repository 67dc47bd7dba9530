import { Box } from 'ink';
import type { Participant } from '../../src/modules/participants/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import { Line, plainText, type Segment } from '../components/segments.tsx';
import { sameItems, useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useNow } from '../hooks/use-now.ts';
import type { Dashboard } from '../state/dashboard.ts';
import type { LiveRoom } from '../state/head-count.ts';
import { waitingFor } from '../state/waiting.ts';
import { joinLink } from '../text/link.ts';
import { nameOf } from '../text/name.ts';
import { lasting } from '../text/time.ts';
import { widthOf } from '../text/width.ts';

/** An empty line, the link and how the room stands, who is in it. */
export const ROOM_DETAIL_LINES = 3;
const MARGIN = 4;
const WAIT = 'wait: ';
const INSIDE = '  in: ';
/** Cells that a list of names is worth beginning in. */
const SHORTEST = 20;

const NOBODY: readonly Participant[] = [];

function peopleIn({ lists, world }: Dashboard): readonly Participant[] {
  const room = lists.rooms.selected;
  return room === undefined ? NOBODY : [...world.peopleIn(room.name)];
}

function waitingAt({ lists, world }: Dashboard): readonly Waiting[] {
  const room = lists.rooms.selected;
  return room === undefined ? [] : waitingFor(world, room.name);
}

/** The selected room at a glance, under the list of rooms: nobody has to go inside to see who is there. */
export function RoomDetail({ width }: { readonly width: number }) {
  const { glyphs } = useShown();
  const now = useNow();
  const room = useDashboard(({ lists }) => lists.rooms.selected);
  const url = useDashboard(({ world }) => world.system?.url);
  const people = useDashboard(peopleIn, sameItems);
  const waiting = useDashboard(waitingAt, sameItems);
  if (room === undefined) return <Box height={ROOM_DETAIL_LINES} />;
  return (
    <Box flexDirection="column" height={ROOM_DETAIL_LINES}>
      <Line segments={['']} />
      <Line segments={['  ', [joinLink(url, room.name), 'strong'], ...standing(room, now, glyphs.dot)]} />
      <Line segments={['  ', ...everybody(people, waiting, width - MARGIN)]} />
    </Box>
  );
}

function standing(room: LiveRoom, now: number, dot: string): Segment[] {
  const facts: Segment[] = [
    ...(room.recording ? [[`recording ${lasting(room.recording.startedAt, now)}`, 'bad'] as const] : []),
    ...(room.approval ? [['people are let in by a moderator', 'quiet'] as const] : []),
    ...(room.hasPassword ? [['password', 'quiet'] as const] : []),
    ...(room.autoRecord ? [['every meeting is recorded', 'quiet'] as const] : []),
  ];
  return facts.flatMap((fact): Segment[] => [[` ${dot} `, 'quiet'], fact]);
}

/** Who is at the door, then who is in, whoever has a say in the room first. */
function everybody(people: readonly Participant[], waiting: readonly Waiting[], width: number): Segment[] {
  const inside = people.filter(({ permissions }) => !permissions.hidden).sort(bySay);
  if (waiting.length === 0 && inside.length === 0) return [['nobody is here', 'quiet']];
  if (waiting.length === 0) return namesOf(inside, width);
  const atDoor = namesOf(waiting, width - WAIT.length);
  const left = width - widthOf(plainText(atDoor)) - WAIT.length - INSIDE.length;
  return [
    [WAIT, 'warn'],
    ...atDoor,
    ...(inside.length > 0 && left >= SHORTEST ? [[INSIDE, 'quiet'] as const, ...namesOf(inside, left)] : []),
  ];
}

/** As many names as there is room for, and how many more. */
function namesOf(
  named: readonly { readonly name: string; readonly identity: string }[],
  width: number,
): Segment[] {
  const line: string[] = [];
  let used = 0;
  for (const [i, person] of named.entries()) {
    const text = `${i === 0 ? '' : ', '}${nameOf(person)}`;
    const more = ` and ${named.length - i} more`;
    const isLast = i === named.length - 1;
    if (i > 0 && used + widthOf(text) + (isLast ? 0 : widthOf(more)) > width) {
      return [line.join(''), [more, 'quiet']];
    }
    line.push(text);
    used += widthOf(text);
  }
  return [line.join('')];
}

const SAY: Readonly<Record<Participant['role'], number>> = { owner: 0, moderator: 1, attendee: 2, guest: 3 };

const bySay = (a: Participant, b: Participant) =>
  SAY[a.role] - SAY[b.role] || a.joinedAt.localeCompare(b.joinedAt);
