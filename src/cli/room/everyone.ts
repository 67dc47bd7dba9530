import type { Command } from 'commander';
import type { Silenced } from '../../modules/participants/model.ts';
import type { Room } from '../../modules/rooms/model.ts';
import { addClientOptions, type ClientOptions, clientFor } from '../lib/client-options.ts';
import { print, printJson } from '../lib/output.ts';
import { path } from './life.ts';
import { describeLowered } from './lowered.ts';
import { people } from './people.ts';
import { addPermissionOptions, type PermissionOptions, permissionsOf, someOf } from './permissions.ts';

interface LowerOptions extends ClientOptions, PermissionOptions {
  readonly except?: readonly string[];
}

const EXCEPT = ['--except <identity...>', 'not these'] as const;

/** `mute-all`, `unmute-all`, `lower`, `restore`: what is done to everyone who doesn't moderate the room. */
export function addRoomEveryone(room: Command): void {
  addClientOptions(room.command('mute-all').argument('<room>'))
    .description('Mutes the microphones of everyone but moderators.')
    .option('--lock', 'and lets nobody speak until unmute-all, who comes later included')
    .option(...EXCEPT)
    .action(async (name: string, options: ClientOptions & { lock?: boolean; except?: string[] }) => {
      const { lock = false, except } = options;
      const client = await clientFor(options);
      const answer = await client.request<Silenced>('POST', path(name, '/mute'), { lock, except });
      if (options.json) return printJson(answer);
      const nobodySpeaks = lock ? '; nobody but moderators can speak until unmute-all' : '';
      print(`muted ${people(answer.identities.length)}${nobodySpeaks}`);
    });

  addClientOptions(room.command('unmute-all').argument('<room>'))
    .description('Lets everyone speak again, and asks them to unmute.')
    .action(async (name: string, options: ClientOptions) => {
      const answer = await (await clientFor(options)).request<Silenced>('POST', path(name, '/unmute'));
      if (options.json) printJson(answer);
      else print(`asked ${people(answer.identities.length)} to unmute`);
    });

  addPermissionOptions(addClientOptions(room.command('lower').argument('<room>')))
    .description('Leaves everyone but moderators only this, now and at later joins, until restore.')
    .option(...EXCEPT)
    .action(async (name: string, options: LowerOptions) => {
      const body = { ...someOf(permissionsOf(options)), except: options.except };
      tellLowered(
        await (await clientFor(options)).request<Room>('POST', path(name, '/lower'), body),
        options,
      );
    });

  addClientOptions(room.command('restore').argument('<room>'))
    .description('Gives everyone back what was lowered.')
    .action(async (name: string, options: ClientOptions) => {
      tellLowered(await (await clientFor(options)).request<Room>('POST', path(name, '/restore')), options);
    });
}

function tellLowered(room: Room, options: ClientOptions): void {
  if (options.json) printJson(room);
  else print(`${room.name}: ${describeLowered(room)}`);
}
