import type { Page } from '../../lib/schema.ts';

/** Every item of a paged list; `get` is given the cursor as a query parameter, empty for the first page. */
export async function allPages<T>(get: (cursor: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: Page<T> = await get(next === '' ? '' : `cursor=${encodeURIComponent(next)}`);
    items.push(...page.items);
    next = page.next;
  }
  return items;
}
