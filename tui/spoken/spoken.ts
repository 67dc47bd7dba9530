import { type Column, steadyText } from '../components/columns.ts';
import { plainText } from '../components/segments.tsx';
import { arranged } from '../state/columns-choice.ts';
import type { Dashboard } from '../state/dashboard.ts';
import { sortedListOf } from '../state/sorting.ts';
import { VIEWS } from '../state/view.ts';
import { waitingFor } from '../state/waiting.ts';
import { clean } from '../text/clean.ts';
import { listed } from '../text/listed.ts';
import { count } from '../text/time.ts';
import { SPOKEN_GLYPHS } from '../theme/glyphs.ts';
import { BACKUP_COLUMNS } from '../views/backups-view.tsx';
import { FINDING_COLUMNS } from '../views/doctor-view.tsx';
import { EVENT_COLUMNS, LOG_COLUMNS } from '../views/events-view.tsx';
import { firstRoomLines } from '../views/first-room.tsx';
import { JOB_COLUMNS } from '../views/jobs-view.tsx';
import { networkReport } from '../views/network-report.ts';
import { INSIDE_COLUMNS, PARTICIPANT_COLUMNS } from '../views/participant-columns.ts';
import { RECORDING_COLUMNS } from '../views/recordings-view.tsx';
import { TIMELINE_COLUMNS } from '../views/room-view.tsx';
import { ROOM_COLUMNS } from '../views/rooms-view.tsx';
import { systemInWords } from '../views/system-report.ts';
import { DELIVERY_COLUMNS } from '../views/webhook-view.tsx';
import { WEBHOOK_COLUMNS } from '../views/webhooks-view.tsx';
import { fixOf, insideName, speakBackground } from './background.ts';
import { speakDialog } from './dialogs.ts';

/** Something that can be said, by what it is about; it is said again only when `key` is another. */
export interface Utterance {
  readonly about: 'line' | 'view' | 'row' | 'door' | 'dialog' | 'choice' | 'filter' | 'notice';
  readonly key: string;
  readonly lines: readonly string[];
}

/** Wide enough that nothing is broken that a reader would stumble over. */
const REPORT_WIDTH = 400;

/** All that the screen tells now, as sentences, the most general first. */
export function speak(dashboard: Dashboard, now: number): Utterance[] {
  const { ui, feed, server } = dashboard;
  const { connection } = feed;
  const said: Utterance[] = [
    one(
      'line',
      `${server.name}: ${connection.state === 'lost' ? `connection lost: ${connection.reason}` : connection.state}`,
    ),
    view(dashboard, now),
  ];
  if (ui.dialog) {
    const { opening, chosen } = speakDialog(ui.dialog);
    said.push({ about: 'dialog', key: opening.join('\n'), lines: opening }, one('choice', chosen));
  } else {
    said.push(row(dashboard, now));
  }
  const waiting = dashboard.world.waiting.size;
  if (waiting > 0) said.push(one('door', atDoor(dashboard)));
  if (ui.filter) said.push(one('filter', `filter ${ui.filter.text}: ${countText(dashboard)}`));
  if (ui.notice) said.push(one('notice', ui.notice.text));
  return said;
}

function one(about: Utterance['about'], text: string): Utterance {
  return { about, key: text, lines: text === '' ? [] : [text] };
}

/** Who waits to be let in, so that nobody is forgotten. */
function atDoor({ world }: Dashboard): string {
  const all = waitingFor(world);
  const names = listed(all.map(({ name, identity, room }) => `${clean(name || identity)} for ${room}`));
  return `${all.length === 1 ? '1 person waits' : `${all.length} people wait`} to be let in: ${names.join(', ')}`;
}

function view(dashboard: Dashboard, now: number): Utterance {
  const { ui, world, health } = dashboard;
  if (ui.view === 'network' && world.system) {
    const context = { width: REPORT_WIDTH, now, glyphs: SPOKEN_GLYPHS };
    const lines = networkReport(world.system, health.network, context).map((line) =>
      plainText(line).replace(/\s+/g, ' ').trim(),
    );
    // Said once it is known, and not again each time that a number changes.
    return { about: 'view', key: `network ${health.network !== undefined}`, lines: ['Network', ...lines] };
  }
  if (ui.view === 'system' && world.system) {
    const context = { width: REPORT_WIDTH, height: 0, now, glyphs: SPOKEN_GLYPHS };
    const isKnown = health.measurements !== undefined;
    // At once, or one would have to listen to the first half twice.
    const lines = isKnown ? systemInWords(world.system, health.measurements, context) : [];
    return { about: 'view', key: `system ${isKnown}`, lines: ['System', ...lines] };
  }
  const title = VIEWS.find(({ name }) => name === ui.view)?.title ?? insideName(dashboard);
  const part = ui.showsTimeline ? ', timeline' : ui.showsLog ? ', log of livekit' : '';
  if (world.system === undefined) return one('view', '');
  if (ui.view === 'rooms' && world.rooms.size === 0) {
    const facts = { ...world, mayMake: world.rights.rooms, network: health.network };
    const lines = firstRoomLines(facts).map(plainText).filter(Boolean);
    return { about: 'view', key: `rooms ${lines.join()}`, lines: ['Rooms', ...lines] };
  }
  const name = `${title}${part}`;
  const background = speakBackground(dashboard, now);
  const state = background?.instead ?? countText(dashboard);
  const key = background ? `${name} ${background.instead} ${background.lines[0]}` : name;
  return { about: 'view', key, lines: [`${name}, ${state}`, ...(background?.lines ?? [])] };
}

function countText({ lists, ui }: Dashboard): string {
  const list = lists.of(ui);
  return list === undefined ? '' : count(list.counts.matched, 'row');
}

/** The selected row with the names of its columns; without those that tell nothing. */
function row(dashboard: Dashboard, now: number): Utterance {
  const { lists, ui } = dashboard;
  const selected = lists.of(ui)?.selected;
  if (selected === undefined) return one('row', '');
  const sorted = sortedListOf(ui.view);
  const columns = arranged(
    columnsOf(dashboard),
    sorted && !ui.showsTimeline ? lists.columns[sorted] : undefined,
  );
  const cells = columns.flatMap((column) => {
    const cell = column.cell(selected, now);
    const text = (typeof cell === 'string' ? cell : cell[0]).trim();
    return text === '' || text === '-' ? [] : [`${column.title} ${text}`];
  });
  const marks = lists.marksIn(ui)?.ids.size ?? 0;
  const marked = marks > 0 ? `, ${marks} marked` : '';
  const fix = fixOf(dashboard);
  const lines = [`${cells.join(', ')}${marked}`, ...(fix ? [clean(`fix: ${fix}`)] : [])];
  const steady = columnsOf(dashboard).map((column) => steadyText(column, selected, now));
  // How far something is changes every second: it is said when the row is said for another reason.
  return { about: 'row', key: [...steady, marked, fix].join('\n').replace(/ \d+ %/g, ''), lines };
}

function columnsOf({ ui }: Dashboard): readonly Column<unknown>[] {
  return (
    ui.view === 'room' && ui.showsTimeline
      ? TIMELINE_COLUMNS
      : ui.view === 'events' && ui.showsLog
        ? LOG_COLUMNS
        : COLUMNS[ui.view]
  ) as readonly Column<unknown>[];
}

const COLUMNS = {
  rooms: ROOM_COLUMNS,
  room: INSIDE_COLUMNS,
  participants: PARTICIPANT_COLUMNS,
  network: [],
  recordings: RECORDING_COLUMNS,
  events: EVENT_COLUMNS,
  doctor: FINDING_COLUMNS,
  jobs: JOB_COLUMNS,
  webhooks: WEBHOOK_COLUMNS,
  webhook: DELIVERY_COLUMNS,
  backups: BACKUP_COLUMNS,
  system: [],
};
