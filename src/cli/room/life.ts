import type { Command } from 'commander';
import { DomainError } from '../../lib/errors.ts';
import type { Page } from '../../lib/schema.ts';
import type { JoinAnswer, JoinWaiting, Room, RoomChange } from '../../modules/rooms/model.ts';
import { allPages } from '../lib/all-pages.ts';
import { addClientOptions, type ClientOptions, clientFor } from '../lib/client-options.ts';
import { print, printJson, printTable } from '../lib/output.ts';
import { readPassword } from '../lib/prompt.ts';
import { describeLowered } from './lowered.ts';

const ACCESS = ['public', 'members', 'private'];

interface SettingOptions extends ClientOptions {
  readonly title?: string;
  readonly access?: string;
  readonly maxParticipants?: string;
  readonly locked?: boolean;
  readonly approval?: boolean;
  readonly passwordStdin?: boolean;
  /** False with `--no-password`. */
  readonly password?: boolean;
  readonly autoRecord?: boolean;
  readonly consent?: boolean;
}

interface JoinOptions extends ClientOptions {
  readonly name: string;
  readonly invite?: string;
  readonly passwordStdin?: boolean;
}

/** `create`, `list`, `show`, `set`, `close`, `open`, `lock`, `unlock`, `delete`, `join`. */
export function addRoomLife(room: Command): void {
  addSettings(addClientOptions(room.command('create').argument('[name]', 'made up when left out')))
    .description('Creates a room and prints its link.')
    .action(async (name: string | undefined, options: SettingOptions) => {
      const client = await clientFor(options);
      const settings = await settingsOf(options);
      const created = await client.request<Room>('POST', '/api/room', { name, ...settings });
      const { url } = await client.request<{ url: string }>('GET', '/api/system');
      if (options.json) return printJson({ ...created, link: linkTo(url, created.name) });
      print(`${created.name}  ${linkTo(url, created.name)}`);
    });

  addClientOptions(room.command('list'))
    .description('Lists rooms by name.')
    .option('--search <text>', 'only those with this in name or title')
    .action(async (options: ClientOptions & { search?: string }) => {
      const client = await clientFor(options);
      const search = options.search ? `search=${encodeURIComponent(options.search)}` : '';
      const rooms = await allPages((cursor) =>
        client.request<Page<Room>>('GET', `/api/room?limit=500&${search}&${cursor}`),
      );
      if (options.json) return printJson(rooms);
      printTable(
        [
          { title: 'room', value: (r) => r.name },
          { title: 'title', value: (r) => (r.title === r.name ? undefined : r.title) },
          { title: 'access', value: (r) => r.access },
          { title: 'state', value: (r) => (r.locked && r.state === 'open' ? 'locked' : r.state) },
          { title: 'people', value: (r) => r.participants, align: 'right' },
          { title: 'max', value: (r) => r.maxParticipants, align: 'right' },
          { title: 'since', value: (r) => r.session?.startedAt },
        ],
        rooms,
        'No rooms yet: didar room create',
      );
    });

  addClientOptions(room.command('show').argument('<name>'))
    .description('Shows a room.')
    .action(async (name: string, options: ClientOptions) => {
      const client = await clientFor(options);
      printRoom(await client.request<Room>('GET', path(name)), options);
    });

  addSettings(addClientOptions(room.command('set').argument('<name>')))
    .description('Changes settings of a room.')
    .option('--no-locked', 'let people in again')
    .option('--no-approval', 'let people in without asking')
    .option('--no-password', 'let people in without a password')
    .option('--no-auto-record', 'record only when someone asks for it')
    .option('--no-consent', 'ask nobody to agree')
    .action(async (name: string, options: SettingOptions) =>
      change(name, await settingsOf(options), options),
    );

  for (const [command, changes, description] of [
    ['close', { state: 'closed' }, 'Ends the meeting and lets nobody in until the room is opened again.'],
    ['open', { state: 'open' }, 'Opens a closed room.'],
    ['lock', { locked: true }, 'Lets nobody new in but moderators; who is in stays.'],
    ['unlock', { locked: false }, 'Lets people in again.'],
  ] as const) {
    addClientOptions(room.command(command).argument('<name>'))
      .description(description)
      .action((name: string, options: ClientOptions) => change(name, changes, options));
  }

  addClientOptions(room.command('delete').argument('<name>'))
    .description('Ends the meeting and deletes the room with its members; its history stays.')
    .action(async (name: string, options: ClientOptions) => {
      await (await clientFor(options)).request('DELETE', path(name));
      if (options.json) printJson({ deleted: name });
      else print(`deleted ${name}`);
    });

  addClientOptions(room.command('join').argument('<name>'))
    .description('Prints what a LiveKit client needs to come in as a guest of this name.')
    .requiredOption('--name <name>', 'display name')
    .option('--invite <token>', 'what an invitation link has behind its #invite=')
    .option('--password-stdin', 'the password of a room that has one')
    .action(async (name: string, options: JoinOptions) => {
      const client = await clientFor(options);
      const answer = await client.request<JoinAnswer | JoinWaiting>('POST', '/api/room/join', {
        room: name,
        name: options.name,
        invite: options.invite,
        password: options.passwordStdin ? await readPassword({ fromStdin: true }) : undefined,
      });
      if (options.json) return printJson(answer);
      if ('state' in answer)
        return print(`${answer.name} waits: didar room admit ${name} ${answer.identity}`);
      print(`url    ${answer.url}`);
      print(`token  ${answer.token}`);
    });
}

function addSettings(command: Command): Command {
  return command
    .option('--title <title>', 'what people see')
    .option('--access <access>', `who may join: ${ACCESS.join(', ')}`)
    .option('--max-participants <n>', 'how many at most')
    .option('--locked', 'nobody new comes in')
    .option('--approval', 'who joins waits until a moderator lets them in')
    .option('--password-stdin', 'who is neither invited nor a moderator needs this password')
    .option('--auto-record', 'record every meeting, from the first person on')
    .option('--consent', 'ask people to agree to be recorded before they join');
}

async function settingsOf(options: SettingOptions): Promise<Record<string, unknown>> {
  const { title, access, maxParticipants, locked, approval, autoRecord, consent } = options;
  if (access !== undefined && !ACCESS.includes(access)) {
    throw new DomainError('usage', `--access ${access}: there is no such access.`, {
      fix: `Give one of ${ACCESS.join(', ')}.`,
    });
  }
  const most = maxParticipants === undefined ? undefined : Number(maxParticipants);
  if (most !== undefined && !Number.isInteger(most)) {
    throw new DomainError('usage', `--max-participants ${maxParticipants}: not a whole number.`, {
      fix: 'Give one such as 50.',
    });
  }
  const password = options.passwordStdin ? await readPassword({ fromStdin: true }) : undefined;
  return {
    title,
    access,
    maxParticipants: most,
    locked,
    approval,
    password: options.password === false ? null : password,
    autoRecord,
    consent,
  };
}

async function change(
  name: string,
  changes: RoomChange | Record<string, unknown>,
  options: ClientOptions,
): Promise<void> {
  const client = await clientFor(options);
  printRoom(await client.request<Room>('PATCH', path(name), changes), options);
}

function printRoom(room: Room, options: ClientOptions): void {
  if (options.json) {
    printJson(room);
    return;
  }
  const { permissions, session, autoRecord, consent, hasPassword, approval } = room;
  print(`${room.name}  ${room.title}`);
  print(`  access        ${room.access}${hasPassword ? ', password' : ''}${approval ? ', approval' : ''}`);
  print(`  state         ${room.state}${room.locked ? ', locked' : ''}`);
  print(`  people        ${room.participants} of ${room.maxParticipants}, ${room.publishers} publishing`);
  print(`  live since    ${session?.startedAt ?? '-'}`);
  print(
    `  recorded      ${autoRecord ? 'always' : 'on request'}${consent ? ', people are asked to agree' : ''}`,
  );
  print(`  attendees may publish ${permissions.publish.join(', ') || 'nothing'}`);
  if (room.lowered) print(`  for now, ${describeLowered(room)}`);
}

function linkTo(base: string, room: string): string {
  return `${base.replace(/\/$/, '')}/room/${room}`;
}

/** The API's path of a room. */
export function path(name: string, rest = ''): string {
  return `/api/room/${encodeURIComponent(name)}${rest}`;
}
