/** Names that a question lists at most, before it only counts. */
const NAMED_AT_MOST = 12;

/** The names in at most `lines` lines; those that there is no room for are counted in the last one. */
export function listed(names: readonly string[], lines = NAMED_AT_MOST + 1): string[] {
  const room = Math.max(1, Math.min(lines, NAMED_AT_MOST + 1));
  if (names.length <= Math.min(room, NAMED_AT_MOST)) return [...names];
  const named = room - 1;
  return [...names.slice(0, named), `and ${names.length - named} more`];
}
