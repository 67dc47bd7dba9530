import { useDashboard } from '../hooks/use-dashboard.ts';
import { outerView, VIEWS } from '../state/view.ts';
import { clean } from '../text/clean.ts';
import { widthOf } from '../text/width.ts';
import { Line, plainText, type Segment } from './segments.tsx';

/** How much of each title is shown, most wanted first: all of it, its begin, nothing but the key. */
const LETTERS = [99, 4, 3, 2];
const amount = (n: number) => n.toLocaleString('en');

/** The second line: the views with their keys, and how much of the list is shown. */
export function Tabs({ width }: { readonly width: number }) {
  const view = useDashboard((dashboard) => outerView(dashboard.ui.view));
  const right = useDashboard(({ lists, ui }) => {
    const list = lists.of(ui);
    if (list === undefined) return '';
    const { matched, total } = list.counts;
    const shown = list.filter === '' ? amount(total) : `${amount(matched)} of ${amount(total)}`;
    const marked = lists.marksIn(ui)?.ids.size ?? 0;
    if (marked > 0) return `${amount(marked)} marked, ${shown}`;
    if (ui.view !== 'events' && !(ui.view === 'room' && ui.showsTimeline)) return shown;
    const only = ui.view === 'events' && lists.eventChoice ? `only ${clean(lists.eventChoice.name)}, ` : '';
    return `${only}${shown} ${list.following ? '(following)' : '(paused)'}`;
  });
  const tabs = (letters: number): Segment[] =>
    VIEWS.flatMap(({ name, key, title }): Segment[] => {
      const current = name === view;
      if (current) return [[`[${key} ${title}]`, 'selected']];
      return [[` ${key}`, 'key'], letters > 0 ? ` ${title.slice(0, letters)} ` : ' '];
    });
  const isFitting = (left: readonly Segment[]) => widthOf(plainText(left)) + widthOf(right) + 2 <= width;
  const left = LETTERS.map(tabs).find(isFitting) ?? tabs(0);
  const gap = width - widthOf(plainText(left)) - widthOf(right) - 1;
  return <Line segments={gap > 0 ? [...left, ' '.repeat(gap), [right, 'quiet']] : left} />;
}
