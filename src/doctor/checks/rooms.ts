import type { Config } from '../../config/config.ts';
import type { ConfigOrigins } from '../../config/load.ts';
import { type Check, ok, warning } from '../check.ts';

const LONG_MS = 3_600_000;
const KEYS = ['emptyTimeout', 'departureTimeout'] as const;

/** Row 23: rooms end soon after people left. */
export const roomTimeoutsCheck: Check = {
  id: 'rooms.timeouts',
  title: 'Empty rooms end by themselves',
  async run({ config: { rooms }, reload }) {
    const origins = await reload().then(
      ({ given }) => given,
      () => ({}),
    );
    const shown = KEYS.map((key) => show(key, rooms, origins)).join(', ');
    const long = KEYS.find((key) => rooms[key] > LONG_MS);
    if (long === undefined) return ok(`${shown}; a room may have its own.`);
    return warning(`${shown}: an empty room stays that long.`, {
      trouble: 'room-lingers',
      key: `rooms.${long}`,
    });
  },
};

function show(key: (typeof KEYS)[number], rooms: Config['rooms'], origins: ConfigOrigins): string {
  const name = `rooms.${key}`;
  return `${name} ${rooms[key] / 1000} s (${origins[name] ?? 'default'})`;
}
