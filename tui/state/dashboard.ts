import type { Clock } from '../../src/lib/clock.ts';
import type { Api } from '../api/client.ts';
import { createFeed, type Feed } from '../api/feed.ts';
import type { KeyContext } from '../keys/context.ts';
import type { Key } from '../keys/key.ts';
import { type ActionId, bindingOf } from '../keys/table.ts';
import { EMPTY_LINE, editLine, insert, type Line } from '../text/line.ts';
import { backups } from './actions/backups.ts';
import { deliveries } from './actions/deliveries.ts';
import { finding } from './actions/finding.ts';
import { general } from './actions/general.ts';
import { jobs } from './actions/jobs.ts';
import { moving } from './actions/moving.ts';
import { people } from './actions/people.ts';
import { recordings } from './actions/recordings.ts';
import { roomState } from './actions/room-state.ts';
import { rooms } from './actions/rooms.ts';
import { waiting } from './actions/waiting.ts';
import { webhooks } from './actions/webhooks.ts';
import { type Attempts, createAttempts } from './attempt.ts';
import { type Background, backgroundContext, createBackground } from './background.ts';
import { failureLines } from './batch.ts';
import type { Actions, Desk, Host } from './desk.ts';
import { limitPager, pager } from './dialogs/pager.ts';
import { pasteIntoDialog, pressDialog } from './dialogs/press.ts';
import { isWaiting } from './everybody.ts';
import type { LiveRoom } from './head-count.ts';
import { createHealth, type Health } from './health.ts';
import { FILTERED, filtersOf, type Layout } from './layout.ts';
import { createLists, type Lists } from './lists.ts';
import type { Server } from './server.ts';
import { createSignal } from './signal.ts';
import { sortedListOf } from './sorting.ts';
import { createTimeline } from './timeline.ts';
import { FIRST_UI, type Notice, type Ui } from './ui.ts';
import { outerView } from './view.ts';
import { waitingFor } from './waiting.ts';
import { createWorld, type World } from './world.ts';

const NOTICE_MS = 8_000;

const ENDS_FILTER: ReadonlySet<string> = new Set(['enter', 'down', 'esc', 'ctrl-c']);

const ACTIONS: Actions<ActionId> = {
  ...moving,
  ...finding,
  ...people,
  ...rooms,
  ...roomState,
  ...waiting,
  ...recordings,
  ...jobs,
  ...webhooks,
  ...deliveries,
  ...backups,
  ...general,
};

export interface DashboardOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly host: Host;
  /** The server that is shown. */
  readonly server: Server;
  /** The version of this dashboard. */
  readonly version: string;
  /** How it was arranged the last time. */
  readonly layout?: Layout;
}

/** Everything behind the screen: it can be pressed and looked at without a terminal. */
export interface Dashboard {
  readonly world: World;
  readonly lists: Lists;
  readonly feed: Feed;
  readonly health: Health;
  readonly background: Background;
  readonly clock: Clock;
  readonly ui: Ui;
  readonly server: Server;
  readonly version: string;
  /** How it is arranged now. */
  readonly layout: Layout;
  context(): KeyContext;
  press(key: Key): void;
  /** Pasted text is text: it fills fields and never acts. */
  paste(text: string): void;
  /** How far a report that is shown can be scrolled. */
  limitScroll(lines: number): void;
  /** The same of what is open to be read over it. */
  limitPager(lines: number): void;
  subscribe(listener: () => void): () => void;
  start(): void;
  stop(): void;
}

export function createDashboard(options: DashboardOptions): Dashboard {
  const { api, clock, host } = options;
  const signal = createSignal(clock);
  const world = createWorld(clock, signal.soon);
  const health = createHealth({ api, clock, changed: signal.soon });
  const timeline = createTimeline({ api, world, changed: signal.soon });
  const background = createBackground({ api, world, clock, changed: signal.soon });
  const lists = createLists({ world, findings: health.findings, timeline, background });
  const feed = createFeed({ api, world, clock, changed: signal.soon });
  let ui: Ui = FIRST_UI;
  if (options.layout) {
    const { view, theme, sorts, filters, columns } = options.layout;
    ui = { ...ui, view, theme };
    lists.setSorts(sorts);
    lists.setColumns(columns);
    for (const name of FILTERED) lists[name].setFilter(filters[name] ?? '');
  }
  let scrollLimit = 0;
  let forgetNotice: () => void = () => undefined;

  const attempts: Attempts = createAttempts({
    isOnline: () => feed.connection.state === 'live',
    notice,
    report(title, failed) {
      // What somebody has open is theirs; the notice tells the most important of it.
      if (ui.dialog || ui.filter) return;
      const lines = failureLines(failed).map((text) => ({ text }));
      desk.set({ dialog: pager(title, lines) });
    },
  });
  const desk: Desk = {
    world,
    api,
    feed,
    lists,
    health,
    background,
    host,
    server: options.server,
    get ui() {
      return ui;
    },
    set(patch) {
      ui = { ...ui, ...patch };
    },
    go(view, inside) {
      const room = view === 'room' ? inside : undefined;
      const webhook = view === 'webhook' ? inside : undefined;
      if (room !== undefined) lists.enter(room);
      if (webhook !== undefined) background.webhooks.enter(webhook);
      lists.clearMarks();
      scrollLimit = 0;
      ui = { ...ui, view, room, webhook, filter: undefined, scroll: 0, showsTimeline: false };
    },
    list: () => lists.of(ui),
    scroll(by) {
      ui = { ...ui, scroll: Math.max(0, Math.min(scrollLimit, ui.scroll + by)) };
    },
    context,
    now: clock.now,
    say(text, tone = 'plain') {
      notice({ text, tone });
    },
    attempt: attempts.attempt,
    batch: attempts.batch,
    undo: attempts.undo,
    changed: signal.soon,
    act,
  };

  function notice(next: Notice): void {
    forgetNotice();
    ui = { ...ui, notice: next };
    forgetNotice = clock.after(NOTICE_MS, () => {
      if (ui.notice === next) ui = { ...ui, notice: undefined };
      signal.soon();
    });
    signal.soon();
  }

  function context(): KeyContext {
    const list = desk.list();
    const inTimeline = ui.view === 'room' && ui.showsTimeline;
    const person =
      ui.view === 'participants'
        ? lists.participants.selected
        : ui.view === 'room' && !inTimeline
          ? lists.inside.selected
          : undefined;
    const roomName = ui.view === 'room' ? ui.room : person?.room;
    const room =
      ui.view === 'rooms' ? lists.rooms.selected : roomName ? world.rooms.get(roomName) : undefined;
    const marks = lists.marksIn(ui);
    const marked = lists.marks.rooms.items();
    const rooms = marked.length > 0 ? marked : room ? [room] : [];
    const chosen = lists.marks.people.items();
    const people = chosen.length > 0 ? chosen : person ? [person] : [];
    const atDoor =
      ui.view === 'participants' ? world.waiting.size : rooms.reduce((sum, { waiting }) => sum + waiting, 0);
    return {
      view: ui.view,
      hasRows: list === undefined ? scrollLimit > 0 : list.selected !== undefined,
      filterable: list !== undefined,
      sortable: sortedListOf(ui.view) !== undefined && !inTimeline,
      room,
      participant: person && !isWaiting(person) ? person : undefined,
      waiters: chosen.length > 0 || (person && isWaiting(person)) ? people.filter(isWaiting) : nextFor(room),
      atDoor,
      marked: marks?.ids.size ?? 0,
      markable: marks !== undefined,
      people: people.filter((each) => !isWaiting(each)),
      rooms,
      ...backgroundContext(ui, background),
      recording: ui.view === 'recordings' ? lists.recordings.selected : undefined,
      records: world.records,
      undoable: attempts.undoable,
      rights: world.rights,
      offline: feed.connection.state !== 'live',
      canGoBack:
        ui.view !== outerView(ui.view) ||
        (ui.view === 'events' && lists.eventChoice !== undefined) ||
        (marks?.ids.size ?? 0) > 0 ||
        (list?.filter ?? '') !== '',
    };
  }

  /** Who has waited longest for a room. */
  function nextFor(room: LiveRoom | undefined) {
    return room === undefined || room.waiting === 0 ? [] : waitingFor(world, room.name).slice(0, 1);
  }

  function act(id: ActionId): void {
    ACTIONS[id](desk);
  }

  function press(key: Key): void {
    ui = { ...ui, notice: undefined };
    if (ui.dialog) pressOver(key);
    else if (ui.filter) pressFilter(key);
    else pressView(key);
    signal.now();
  }

  function pressOver(key: Key): void {
    if (ui.dialog === undefined) return;
    const step = pressDialog(ui.dialog, key);
    ui = { ...ui, dialog: 'next' in step ? step.next : undefined };
    step.run?.();
  }

  function pressFilter(key: Key): void {
    if (ui.filter === undefined) return;
    if (key.name === 'esc' || key.name === 'ctrl-c') filterBy(EMPTY_LINE);
    if (ENDS_FILTER.has(key.name)) {
      desk.set({ filter: undefined });
    } else {
      const line = editLine(ui.filter, key);
      if (line) filterBy(line);
    }
  }

  function filterBy(line: Line): void {
    desk.set({ filter: line });
    desk.list()?.setFilter(line.text);
  }

  function pressView(key: Key): void {
    const binding = bindingOf(key.name, ui.view);
    if (binding === undefined) return;
    const reason = binding.whyNot(context());
    if (reason === undefined) act(binding.id);
    else if (binding.group !== 'Moving') notice({ text: `${binding.label}: ${reason}`, tone: 'plain' });
  }

  return {
    world,
    lists,
    feed,
    health,
    background,
    clock,
    server: options.server,
    version: options.version,
    get ui() {
      return ui;
    },
    get layout() {
      const { sorts, columns } = lists;
      return { view: outerView(ui.view), theme: ui.theme, sorts, columns, filters: filtersOf(lists) };
    },
    context,
    press,
    paste(text) {
      if (ui.dialog) desk.set({ dialog: pasteIntoDialog(ui.dialog, text) });
      else if (ui.filter) filterBy(insert(ui.filter, text));
      signal.now();
    },
    limitScroll(lines) {
      if (lines === scrollLimit) return;
      scrollLimit = lines;
      desk.scroll(0);
      // Whether there is something to move through decides which keys are offered.
      signal.soon();
    },
    limitPager(lines) {
      if (ui.dialog?.kind === 'pager') desk.set({ dialog: limitPager(ui.dialog, lines) });
    },
    subscribe: signal.subscribe,
    start: feed.start,
    stop() {
      forgetNotice();
      feed.stop();
    },
  };
}
