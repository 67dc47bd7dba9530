import { THEMES, type ThemeName } from '../theme/theme.ts';
import { FIRST_SORTS, ordersOf, type Sort, type SortedList, type Sorts } from './sorting.ts';
import { VIEWS, type ViewName } from './view.ts';

/** How the dashboard is arranged: what is the same again the next time. */
export interface Layout {
  readonly view: ViewName;
  readonly sorts: Sorts;
  readonly theme: ThemeName;
}

/** What of a kept layout can still be used; the rest, or all of something else, is as `fallback` has it. */
export function layoutFrom(kept: unknown, fallback: Layout): Layout {
  if (typeof kept !== 'object' || kept === null) return fallback;
  const { view, theme, sorts } = kept as Record<string, unknown>;
  return {
    view: VIEWS.find(({ name }) => name === view)?.name ?? fallback.view,
    theme: THEMES.find((name) => name === theme) ?? fallback.theme,
    sorts: sortsFrom(sorts),
  };
}

function sortsFrom(kept: unknown): Sorts {
  const each = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  const of = (list: SortedList): Sort => {
    const { by, reversed } = (each[list] ?? {}) as Partial<Record<keyof Sort, unknown>>;
    const order = ordersOf(list).find(({ id }) => id === by);
    return order ? { by: order.id, reversed: reversed === true } : FIRST_SORTS[list];
  };
  const lists = Object.keys(FIRST_SORTS) as SortedList[];
  return Object.fromEntries(lists.map((list) => [list, of(list)])) as Sorts;
}
