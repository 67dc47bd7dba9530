import type { Command } from 'commander';
import type { Page } from '../../lib/schema.ts';
import type { Participant, Removed } from '../../modules/participants/model.ts';
import type { Denial } from '../../modules/rooms/model.ts';
import { allPages } from '../lib/all-pages.ts';
import { addClientOptions, type ClientOptions, clientFor } from '../lib/client-options.ts';
import { print, printJson, printTable } from '../lib/output.ts';
import { path } from './life.ts';
import { addPermissionOptions, type PermissionOptions, permissionsOf, someOf } from './permissions.ts';

interface BanOptions {
  readonly address?: boolean;
  readonly reason?: string;
}

/** `participants`, `kick`, `ban`, `mute`, `unmute`, `permissions`, `denials`. */
export function addRoomControl(room: Command): void {
  addClientOptions(room.command('participants').argument('<room>'))
    .description('Lists who is in a room.')
    .action(async (name: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const people = await allPages((cursor) =>
        client.request<Page<Participant>>('GET', path(name, `/participants?limit=500&${cursor}`)),
      );
      if (options.json) return printJson(people);
      printTable(
        [
          { title: 'identity', value: (p) => p.identity },
          { title: 'name', value: (p) => p.name },
          { title: 'role', value: (p) => p.role },
          { title: 'state', value: (p) => p.state },
          { title: 'path', value: (p) => p.path ?? undefined },
          { title: 'tracks', value: describeTracks },
          { title: 'since', value: (p) => p.joinedAt },
        ],
        people,
        `Nobody is in ${name}.`,
      );
    });

  act(room, 'kick', 'Puts someone out and keeps them out until admitted again.', 'kicked');
  act(room, 'unmute', 'Lifts a mute lock, and unmutes or asks the person to.', 'unmuted');
  addClientOptions(room.command('ban').argument('<room>').argument('<identity>'))
    .description('Bans someone, present or not.')
    .option('--address', 'and lets no guest in from their address for a day')
    .option('--no-address', "leaves a guest's address alone; else it is kept out for ten minutes")
    .option('--reason <text>', 'for the audit')
    .action(async (name: string, identity: string, options: ClientOptions & BanOptions) => {
      const { address, reason } = options;
      const client = await clientFor(options);
      const answer = await client.request<Removed>('POST', personPath(name, identity, '/ban'), {
        address,
        reason,
      });
      if (options.json) return printJson(answer);
      print(`banned ${identity}`);
      if (answer.addressUntil !== null)
        print(`guests from the same address are kept out until ${answer.addressUntil}`);
      else if (address) print('no address is known of them, so none is kept out');
    });
  addClientOptions(room.command('mute').argument('<room>').argument('<identity>'))
    .description("Mutes someone's microphone.")
    .option('--lock', 'and keeps it muted')
    .action(async (name: string, identity: string, options: ClientOptions & { lock?: boolean }) => {
      const client = await clientFor(options);
      const body = { lock: options.lock ?? false };
      const answer = await client.request('POST', personPath(name, identity, '/mute'), body);
      if (options.json) printJson(answer);
      else print(`muted ${identity}${body.lock ? ' and locked' : ''}`);
    });

  addPermissionOptions(
    addClientOptions(room.command('permissions').argument('<room>').argument('<identity>')),
  )
    .description('Changes what someone may do, now and at later joins.')
    .action(async (name: string, identity: string, options: ClientOptions & PermissionOptions) => {
      const client = await clientFor(options);
      const body = { permissions: someOf(permissionsOf(options)) };
      const person = await client.request<Participant>('PATCH', personPath(name, identity), body);
      if (options.json) return printJson(person);
      print(`${identity} may publish ${person.permissions.publish.join(', ') || 'nothing'}`);
    });

  addClientOptions(room.command('denials').argument('<room>'))
    .description('Lists who is kept out.')
    .action(async (name: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const denials = await allPages((cursor) =>
        client.request<Page<Denial>>('GET', path(name, `/denials?limit=500&${cursor}`)),
      );
      if (options.json) return printJson(denials);
      printTable(
        [
          { title: 'id', value: (d) => d.id },
          { title: 'kind', value: (d) => d.kind },
          {
            title: 'who',
            value: (d) => (d.address === null ? (d.identity ?? undefined) : `guests from ${d.address}`),
          },
          { title: 'name', value: (d) => d.name ?? undefined },
          { title: 'since', value: (d) => d.createdAt },
          { title: 'until', value: (d) => d.expiresAt ?? 'it is lifted' },
        ],
        denials,
        `Nobody is kept out of ${name}.`,
      );
    });
}

function act(room: Command, verb: 'kick' | 'unmute', description: string, done: string): void {
  addClientOptions(room.command(verb).argument('<room>').argument('<identity>'))
    .description(description)
    .action(async (name: string, identity: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const answer = await client.request<{ state?: string }>('POST', personPath(name, identity, `/${verb}`));
      if (options.json) return printJson(answer);
      print(answer.state === 'requested' ? `asked ${identity} to unmute` : `${done} ${identity}`);
    });
}

function personPath(room: string, identity: string, rest = ''): string {
  return path(room, `/participants/${encodeURIComponent(identity)}${rest}`);
}

function describeTracks({ tracks }: Participant): string | undefined {
  return tracks.map(({ source, muted }) => (muted ? `(${source})` : source)).join(' ') || undefined;
}
