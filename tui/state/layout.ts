import { clean } from '../text/clean.ts';
import { THEMES, type ThemeName } from '../theme/theme.ts';
import type { ColumnsChoices } from './lists.ts';
import { FIRST_SORTS, ordersOf, type Sort, type SortedList, type Sorts } from './sorting.ts';
import { VIEWS, type ViewName } from './view.ts';

/** How the dashboard is arranged: what is the same again the next time. */
export interface Layout {
  readonly view: ViewName;
  readonly sorts: Sorts;
  readonly theme: ThemeName;
  readonly filters: Filters;
  readonly columns: ColumnsChoices;
}

export const FIRST_LAYOUT: Layout = {
  view: 'rooms',
  sorts: FIRST_SORTS,
  theme: 'dark',
  filters: {},
  columns: {},
};

/** The views whose filter is kept. */
export const FILTERED = ['rooms', 'participants', 'recordings', 'events'] as const;
export type Filters = Readonly<Partial<Record<(typeof FILTERED)[number], string>>>;
const LONGEST_FILTER = 200;

/** The filters of lists that are kept; those without one are left out. */
export function filtersOf(lists: Readonly<Record<keyof Filters, { readonly filter: string }>>): Filters {
  return Object.fromEntries(
    FILTERED.flatMap((name) => (lists[name].filter ? [[name, lists[name].filter]] : [])),
  );
}

/** What of a kept layout can still be used; the rest, or all of something else, is as `fallback` has it. */
export function layoutFrom(kept: unknown, fallback: Layout): Layout {
  if (typeof kept !== 'object' || kept === null) return fallback;
  const { view, theme, sorts, filters, columns } = kept as Record<string, unknown>;
  return {
    view: VIEWS.find(({ name }) => name === view)?.name ?? fallback.view,
    theme: THEMES.find((name) => name === theme) ?? fallback.theme,
    sorts: sortsFrom(sorts),
    filters: filtersFrom(filters),
    columns: columnsFrom(columns),
  };
}

function sortsFrom(kept: unknown): Sorts {
  const each = recordOf(kept);
  const of = (list: SortedList): Sort => {
    const { by, reversed } = (each[list] ?? {}) as Partial<Record<keyof Sort, unknown>>;
    const order = ordersOf(list).find(({ id }) => id === by);
    return order ? { by: order.id, reversed: reversed === true } : FIRST_SORTS[list];
  };
  const lists = Object.keys(FIRST_SORTS) as SortedList[];
  return Object.fromEntries(lists.map((list) => [list, of(list)])) as Sorts;
}

function filtersFrom(kept: unknown): Filters {
  const each = recordOf(kept);
  return Object.fromEntries(
    FILTERED.flatMap((name) => {
      const text = each[name];
      return typeof text === 'string' && text !== '' ? [[name, clean(text).slice(0, LONGEST_FILTER)]] : [];
    }),
  );
}

/** Ids of columns that there are no more do no harm. */
function columnsFrom(kept: unknown): ColumnsChoices {
  const each = recordOf(kept);
  return Object.fromEntries(
    (Object.keys(FIRST_SORTS) as SortedList[]).flatMap((list) => {
      const { order, hidden } = recordOf(each[list]);
      if (!Array.isArray(order) || !Array.isArray(hidden)) return [];
      const choice = { order: order.map(String), hidden: hidden.map(String) };
      const isAnyShown = ordersOf(list).some(({ id }) => !choice.hidden.includes(id));
      return isAnyShown ? [[list, choice]] : [];
    }),
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  return (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
}
