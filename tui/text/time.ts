const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something has lasted, in two units at most: `now`, `12 m`, `3 h 05`, `2 d 4 h`, `31 d`. */
export function duration(ms: number): string {
  if (ms < MINUTE) return 'now';
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m`;
  if (ms < DAY)
    return `${Math.floor(ms / HOUR)} h ${String(Math.floor((ms % HOUR) / MINUTE)).padStart(2, '0')}`;
  const days = Math.floor(ms / DAY);
  return days < 10 ? `${days} d ${Math.floor((ms % DAY) / HOUR)} h` : `${days} d`;
}

/** Time since an RFC 3339 timestamp, as {@link duration}. */
export function since(timestamp: string, now: number): string {
  return duration(Math.max(0, now - Date.parse(timestamp)));
}

/** How long something goes on, as part of a sentence: `for 12 m`, and `since just now` in its first minute. */
export function lasting(timestamp: string, now: number): string {
  const lasted = since(timestamp, now);
  return lasted === 'now' ? 'since just now' : `for ${lasted}`;
}

/** `14:03:52` in the operator's own time zone. */
export function clockTime(timestamp: string): string {
  const date = new Date(timestamp);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** `1 room`, `2 rooms`, `5,000 people`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** `2026-01-31 14:03:52` in the operator's own time zone. */
export function dayAndTime(timestamp: string): string {
  const date = new Date(timestamp);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return `${day.map((part) => String(part).padStart(2, '0')).join('-')} ${clockTime(timestamp)}`;
}
