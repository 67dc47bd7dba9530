import type { Config } from '../../config/config.ts';
import type { ConfigOrigins } from '../../config/load.ts';
import { type Check, ok, warning } from '../check.ts';
import type { RoomTimeouts } from '../subject.ts';

const LONG_MS = 3_600_000;
const KEYS = ['emptyTimeout', 'departureTimeout'] as const;

/** Row 23: rooms end soon after people left. */
export const roomTimeoutsCheck: Check = {
  id: 'rooms.timeouts',
  title: 'Empty rooms end by themselves',
  async run({ config: { rooms }, reload, running }) {
    const origins = await reload().then(
      ({ given }) => given,
      () => ({}),
    );
    const shown = KEYS.map((key) => show(key, rooms, origins)).join(', ');
    const long = KEYS.find((key) => rooms[key] > LONG_MS);
    if (long === undefined) {
      const own = running?.lingeringRooms(LONG_MS / 1000) ?? [];
      if (own.length === 0) return ok(`${shown}; no room has a long one of its own.`);
      return warning(`${shown}, but ${own.map(showOwn).join('; ')}.`, {
        trouble: 'room-lingers',
        fix: `PATCH /api/room/${own[0]?.name} {"emptyTimeout": ${rooms.emptyTimeout / 1000}, "departureTimeout": ${rooms.departureTimeout / 1000}}`,
      });
    }
    return warning(`${shown}: an empty room stays that long.`, {
      trouble: 'room-lingers',
      key: `rooms.${long}`,
    });
  },
};

function showOwn({ name, emptyTimeout, departureTimeout }: RoomTimeouts): string {
  return `the room ${name} has emptyTimeout ${emptyTimeout} s and departureTimeout ${departureTimeout} s of its own`;
}

function show(key: (typeof KEYS)[number], rooms: Config['rooms'], origins: ConfigOrigins): string {
  const name = `rooms.${key}`;
  return `${name} ${rooms[key] / 1000} s (${origins[name] ?? 'default'})`;
}
