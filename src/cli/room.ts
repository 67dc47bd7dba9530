import type { Command } from 'commander';
import { addRoomControl } from './room/control.ts';
import { addRoomEveryone } from './room/everyone.ts';
import { addRoomInvites } from './room/invites.ts';
import { addRoomLife } from './room/life.ts';
import { addRoomMembers } from './room/members.ts';
import { addRoomRoles } from './room/roles.ts';
import { addRoomWaiting } from './room/waiting.ts';

/** `didar room`: what the dashboard does with rooms and the people in them, for scripts. */
export function addRoom(program: Command): void {
  const room = program
    .command('room')
    .description('Rooms and the people in them, through the running daemon.');
  addRoomLife(room);
  addRoomInvites(room);
  addRoomControl(room);
  addRoomWaiting(room);
  addRoomEveryone(room);
  addRoomMembers(room);
  addRoomRoles(room);
}
