import type { NewEvent } from './events.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Nobody hands these in; should someone by mistake, they must not be kept for ninety days. */
const SECRET = /password|secret|hash|token$|credential/i;
const HIDDEN = '(hidden)';

/**
 * What an event is about, as `kind:id`: `user.changed` with `data: {user: {id: 'u_1'}}` is about `user:u_1`. Falls back
 * to the identity, then to the room.
 */
export function objectOf({ kind, object, identity, room, data = {} }: NewEvent): string | null {
  if (object !== undefined) return object;
  const [thing = ''] = kind.split('.');
  const id = idOf(data[thing]) ?? (thing === 'room' ? room : identity);
  return typeof id === 'string' ? `${thing}:${id}` : room ? `room:${room}` : null;
}

function idOf(value: unknown): unknown {
  if (!isFields(value)) return typeof value === 'string' ? value : undefined;
  return value.id ?? value.identity ?? value.name;
}

/** The data of an event together with what changed. Of two states that are objects only the difference is kept. */
export function dataOf({ data = {}, before, after }: NewEvent): Record<string, unknown> {
  if (before === undefined && after === undefined) return data;
  return { ...data, ...difference(before ?? null, after ?? null) };
}

function difference(before: unknown, after: unknown): { before: unknown; after: unknown } {
  if (!isFields(before) || !isFields(after))
    return { before: withoutSecrets(before), after: withoutSecrets(after) };
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !Bun.deepEquals(before[key], after[key]),
  );
  const only = (state: Fields) => Object.fromEntries(changed.map((key) => [key, state[key] ?? null]));
  return { before: withoutSecrets(only(before)), after: withoutSecrets(only(after)) };
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      typeof field === 'string' && SECRET.test(key) ? HIDDEN : withoutSecrets(field),
    ]),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
