import { inOrder } from '../columns-choice.ts';
import type { Desk } from '../desk.ts';
import { ordersOf, sortedListOf } from '../sorting.ts';

/** Which columns the table of this view shows, and in which order. */
export function chooseColumns(desk: Desk): void {
  const list = sortedListOf(desk.ui.view);
  if (list === undefined) return;
  const choice = desk.lists.columns[list];
  // Each column can be sorted by, so the orders name them all.
  const all = ordersOf(list).map(({ id, label }) => ({ id, name: label.split(',')[0] ?? label }));
  desk.set({
    dialog: {
      kind: 'columns',
      title: 'Columns',
      entries: inOrder(all, choice ?? { order: [] }).map(({ id, name }) => ({
        id,
        name,
        on: !choice?.hidden.includes(id),
      })),
      cursor: 0,
      save: (entries) =>
        desk.lists.setColumns({
          ...desk.lists.columns,
          [list]: {
            order: entries.map(({ id }) => id),
            hidden: entries.filter(({ on }) => !on).map(({ id }) => id),
          },
        }),
      reset: () => desk.lists.setColumns({ ...desk.lists.columns, [list]: undefined }),
    },
  });
}
