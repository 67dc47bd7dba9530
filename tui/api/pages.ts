import { dataOf } from './treaty.ts';

const PAGE_SIZE = 500;

/** Every item of a paged list. */
export async function all<Item>(
  get: (query: { limit: number; cursor?: string }) => Promise<Answered<PageOf<Item>>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: PageOf<Item> = await dataOf(get({ limit: PAGE_SIZE, ...(cursor && { cursor }) }));
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

interface PageOf<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

interface Answered<Data> {
  readonly data: Data | null;
  readonly error: unknown;
  readonly status: number;
}
