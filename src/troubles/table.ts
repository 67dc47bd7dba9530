import { CONFIG_TROUBLES } from './rows/config.ts';
import { CONNECTION_TROUBLES } from './rows/connection.ts';
import { MACHINE_TROUBLES } from './rows/machine.ts';
import { NETWORK_TROUBLES } from './rows/network.ts';
import { ROOM_TROUBLES } from './rows/rooms.ts';
import { START_TROUBLES } from './rows/start.ts';
import type { Trouble } from './trouble.ts';

/**
 * Every known trouble, the most specific first: what ended a start, before what one might blame it on. The one
 * table that doctor, `didar explain` and crash messages share.
 */
export const TROUBLES: readonly Trouble[] = [
  ...CONFIG_TROUBLES,
  ...START_TROUBLES,
  ...CONNECTION_TROUBLES,
  ...ROOM_TROUBLES,
  ...NETWORK_TROUBLES,
  ...MACHINE_TROUBLES,
];
