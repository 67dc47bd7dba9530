/** Which columns of a table are shown, in which order. Columns that it doesn't know come last. */
export interface ColumnsChoice {
  readonly order: readonly string[];
  readonly hidden: readonly string[];
}

/** The items in the chosen order, without those that are hidden. */
export function arranged<T extends { readonly id: string }>(
  items: readonly T[],
  choice: ColumnsChoice | undefined,
): readonly T[] {
  if (choice === undefined) return items;
  return inOrder(items, choice).filter(({ id }) => !choice.hidden.includes(id));
}

export function inOrder<T extends { readonly id: string }>(
  items: readonly T[],
  { order }: Pick<ColumnsChoice, 'order'>,
): readonly T[] {
  const known = order.flatMap((id) => items.filter((item) => item.id === id));
  return [...known, ...items.filter((item) => !known.includes(item))];
}
