import { fold } from '../text/fold.ts';

/**
 * How well `query` matches `text`: undefined when its letters are not all there in order, else the higher the
 * better. Runs of letters and beginnings of words count more, long texts a little less.
 */
export function score(query: string, text: string): number | undefined {
  let total = 0;
  let run = 0;
  let from = 0;
  for (const letter of query) {
    const at = text.indexOf(letter, from);
    if (at < 0) return undefined;
    run = at === from && from > 0 ? run + 1 : 0;
    const starts = at === 0 || /[\s\-_./]/.test(text[at - 1] ?? '');
    total += 1 + run * 5 + (starts ? 4 : 0);
    from = at + letter.length;
  }
  return total - text.length / 100;
}

/** The best `limit` items for a query, best first; the first ones when there is no query. */
export function rank<T>(items: readonly T[], query: string, textOf: (item: T) => string, limit: number): T[] {
  const wanted = fold(query).replace(/\s+/g, '');
  if (wanted === '') return items.slice(0, limit);
  const hits: { item: T; score: number }[] = [];
  for (const item of items) {
    const found = score(wanted, fold(textOf(item)));
    if (found !== undefined) hits.push({ item, score: found });
  }
  return hits
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map((hit) => hit.item);
}
