import { FormatRegistry, type TLiteral, type TUnion } from '@sinclair/typebox';
import { type TSchema, t } from 'elysia';

/** RFC 3339, UTC, milliseconds. */
export const Timestamp = t.String({ format: 'date-time' });

interface TextOptions {
  readonly description?: string;
  readonly examples?: readonly string[];
}

/** A text of so many characters, as JSON Schema counts them: code points. TypeBox's `minLength` counts an emoji twice. */
export function textOf(min: number, max: number, more: TextOptions = {}) {
  const format = `${TEXT_FORMAT}${min}-${max}`;
  FormatRegistry.Set(format, (value) => {
    if (value.length < min || value.length > 2 * max) return false;
    if (value.length >= 2 * min && value.length <= max) return true;
    const characters = Iterator.from(value).reduce((count) => count + 1, 0);
    return characters >= min && characters <= max;
  });
  return t.String({ description: `${min} to ${max} characters.`, ...more, format });
}
/** How such a format begins; the contract tells it as `minLength` and `maxLength`. */
export const TEXT_FORMAT = 'text:';

/** One of a fixed list of words; typed as such, which `t.Union` over a mapped array is not. */
export function oneOf<const T extends readonly string[]>(words: T) {
  const literals = words.map((word) => t.Literal(word)) as unknown as Literals<T>;
  return t.Union(literals as unknown as TLiteral[]) as unknown as TUnion<Literals<T>>;
}

type Literals<T extends readonly string[]> = { -readonly [K in keyof T]: TLiteral<T[K]> };

/** A page of a list: `next` is the cursor for the page after it, null on the last. */
export const page = <T extends TSchema>(item: T) =>
  t.Object({ items: t.Array(item), next: t.Nullable(t.String()) });

/** Query of every list. */
export const PageQuery = t.Object({
  cursor: t.Optional(t.String({ maxLength: 200 })),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 500, default: 100 })),
});

/** A list as a service returns it. */
export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

/**
 * A page of a list, cut from rows of which one more than `limit` was asked for: whether there is another page.
 *
 * @param show what is told of a row
 * @param keyOf the cursor of what is told: the next page begins after it
 */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => T,
  keyOf: (item: T) => string,
): Page<T> {
  const items = rows.slice(0, limit).map((row) => show(row));
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}

/** The cursor of most lists. */
export const idOf = ({ id }: { readonly id: string }): string => id;

/** RFC 9457, with our stable `code` and, where there is one, the `fix`. */
export const Problem = t.Object(
  {
    type: t.String(),
    title: t.String(),
    status: t.Integer(),
    code: t.String(),
    detail: t.String(),
    fix: t.Optional(t.String()),
    requestId: t.Optional(t.String()),
  },
  { additionalProperties: true },
);

export const toTimestamp = (ms: number): string => new Date(ms).toISOString();
