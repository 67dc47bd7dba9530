import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import type { Binding } from '../keys/binding.ts';
import { BINDINGS, keyLabel } from '../keys/table.ts';
import type { Dashboard } from '../state/dashboard.ts';
import type { Dialog } from '../state/dialogs/dialog.ts';
import type { Notice } from '../state/ui.ts';
import { split, truncate, widthOf } from '../text/width.ts';
import type { Role } from '../theme/theme.ts';
import { Line, plainText, type Segment } from './segments.tsx';

const TONES: Readonly<Record<Notice['tone'], Role>> = {
  busy: 'quiet',
  good: 'good',
  bad: 'bad',
  plain: 'warn',
};

/** The last two lines: what was just done or is being typed, and the keys that do something here. */
export function Footer({ width }: { readonly width: number }) {
  const offered = useDashboard(offeredKeys, sameKeys);
  const open = useDashboard(({ ui }) => ui.dialog?.kind ?? (ui.filter ? 'filter' : undefined));
  return (
    <>
      <Said width={width} />
      <Line
        segments={
          open
            ? TYPING_KEYS[open].flatMap(([key, label]) => keySegment(key, label))
            : keySegments(offered, width)
        }
      />
    </>
  );
}

function Said({ width }: { readonly width: number }) {
  const { glyphs } = useShown();
  const filter = useDashboard((dashboard) => dashboard.ui.filter);
  const kept = useDashboard(({ lists, ui }) => lists.of(ui)?.filter ?? '');
  const counts = useDashboard(({ lists, ui }) => matchText(lists.of(ui)?.counts));
  const notice = useDashboard((dashboard) => dashboard.ui.notice);
  const lost = useDashboard(({ feed }) =>
    feed.connection.state === 'lost' ? feed.connection.reason : undefined,
  );
  if (filter) {
    const parts = split(filter.text);
    const at = parts[filter.at] ?? '_';
    return (
      <Line
        segments={[
          [' /', 'key'],
          parts.slice(0, filter.at).join(''),
          [at, 'selected'],
          parts.slice(filter.at + 1).join(''),
          [counts === '' ? '' : `   ${counts}`, 'quiet'],
        ]}
      />
    );
  }
  if (notice) return <Line segments={[[` ${truncate(notice.text, width - 2)}`, TONES[notice.tone]]]} />;
  if (lost !== undefined) return <Line segments={[[` ${truncate(lost, width - 2)}`, 'bad']]} />;
  if (kept) return <Line segments={[[' /', 'key'], kept, [`   ${counts}, Esc clears it`, 'quiet']]} />;
  return <Line segments={[[glyphs.rule.repeat(width), 'quiet']]} />;
}

/** `3 of 500`. */
function matchText(counts: { readonly matched: number; readonly total: number } | undefined): string {
  if (counts === undefined) return '';
  return `${counts.matched.toLocaleString('en')} of ${counts.total.toLocaleString('en')}`;
}

/** The keys of this view, first those that the table names first; help and quit are always there. */
function offeredKeys(dashboard: Dashboard): readonly Binding[] {
  const context = dashboard.context();
  return BINDINGS.filter(
    (binding) => binding.footer.includes(context.view) && binding.whyNot(context) === undefined,
  );
}

function sameKeys(a: readonly Binding[], b: readonly Binding[]): boolean {
  return a.length === b.length && a.every((binding, i) => binding === b[i]);
}

/** What takes all keys while it is open has few of its own. */
const TYPING_KEYS: Readonly<Record<Dialog['kind'] | 'filter', readonly (readonly [string, string])[]>> = {
  ask: [
    ['← →', 'choose'],
    ['Enter', 'answer'],
    ['Esc', 'cancel'],
  ],
  columns: [
    ['Space', 'show or hide'],
    ['← →', 'move'],
    ['r', 'as at first'],
    ['Enter', 'save'],
    ['Esc', 'cancel'],
  ],
  form: [
    ['Tab', 'next'],
    ['Space', 'change'],
    ['Ctrl-S', 'save'],
    ['Esc', 'cancel'],
  ],
  finder: [
    ['↑ ↓', 'choose'],
    ['Enter', 'go there'],
    ['Esc', 'cancel'],
  ],
  link: [
    ['c', 'copy'],
    ['Esc', 'close'],
  ],
  pager: [
    ['j k', 'scroll'],
    ['Esc', 'close'],
  ],
  filter: [
    ['Enter', 'keep the filter'],
    ['Esc', 'clear it'],
  ],
};

function keySegment(key: string, label: string): Segment[] {
  return [[` ${key}`, 'key'], ` ${label} `];
}

const ALWAYS = new Set(['help', 'quit']);

function keySegments(bindings: readonly Binding[], width: number): Segment[] {
  const piece = (binding: Binding) => keySegment(keyLabel(binding.keys[0] ?? ''), binding.label);
  const end = bindings.filter((binding) => ALWAYS.has(binding.id)).flatMap(piece);
  const room = width - widthOf(plainText(end));
  const line: Segment[] = [];
  for (const binding of bindings) {
    if (ALWAYS.has(binding.id)) continue;
    const next = [...line, ...piece(binding)];
    if (widthOf(plainText(next)) > room) break;
    line.push(...piece(binding));
  }
  return [...line, ...end];
}
