import { useDashboard } from '../hooks/use-dashboard.ts';
import { outerView, VIEWS } from '../state/view.ts';
import { clean } from '../text/clean.ts';
import { widthOf } from '../text/width.ts';
import { Line, plainText, type Segment } from './segments.tsx';

type TitleOf = (view: (typeof VIEWS)[number]) => string;
/** How much of each title is shown, most wanted first: all of it, a shorter word, its begin, nothing but the key. */
const TITLES: readonly TitleOf[] = [
  ({ title }) => title,
  ({ short }) => short,
  ...[4, 3, 2].map(
    (letters): TitleOf =>
      ({ short }) =>
        short.slice(0, letters),
  ),
];
const NO_TITLE: TitleOf = () => '';
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
  const tabs = (titleOf: TitleOf): Segment[] =>
    VIEWS.flatMap((each): Segment[] => {
      const { name, key, title } = each;
      if (name === view) return [[`[${key} ${title}]`, 'selected']];
      const shown = titleOf(each);
      return [[` ${key}`, 'key'], shown === '' ? ' ' : ` ${shown} `];
    });
  const isFitting = (left: readonly Segment[]) => widthOf(plainText(left)) + widthOf(right) + 2 <= width;
  const left = TITLES.map(tabs).find(isFitting) ?? tabs(NO_TITLE);
  const gap = width - widthOf(plainText(left)) - widthOf(right) - 1;
  return <Line segments={gap > 0 ? [...left, ' '.repeat(gap), [right, 'quiet']] : left} />;
}
