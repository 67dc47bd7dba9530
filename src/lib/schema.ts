import type { TLiteral, TUnion } from '@sinclair/typebox';
import { type TSchema, t } from 'elysia';

/** RFC 3339, UTC, milliseconds. */
export const Timestamp = t.String({ format: 'date-time' });

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
