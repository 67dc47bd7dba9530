import { open, unlink } from 'node:fs/promises';
import type { Command } from 'commander';
import { DomainError, messageOf } from '../lib/errors.ts';
import type { Page } from '../lib/schema.ts';
import { LAYOUTS, type Recording, type RecordingFile } from '../modules/recordings/model.ts';
import { allPages } from './lib/all-pages.ts';
import { addClientOptions, type ClientOptions, clientFor } from './lib/client-options.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';
import { sizeOf } from './lib/size-of.ts';

interface StartOptions extends ClientOptions {
  readonly layout?: string;
  readonly size?: string;
  readonly keepTracks?: boolean;
}

/** `didar record`: start, stop, list, show, fetch, delete. */
export function addRecord(program: Command): void {
  const record = program.command('record').description('Recordings, through the running daemon.');

  addClientOptions(record.command('start').argument('<room>'))
    .description('Records a room from now on.')
    .option('--layout <layout>', `of the composed file: ${LAYOUTS.join(', ')}`)
    .option('--size <size>', 'of its picture, such as 1920x1080')
    .option('--keep-tracks', "keep everyone's own tracks too")
    .option('--no-keep-tracks', 'keep only the composed file')
    .action(async (room: string, options: StartOptions) => {
      const client = await clientFor(options);
      const { keepTracks } = options;
      const body = { layout: layoutOf(options.layout), ...sizeOfPicture(options.size), keepTracks };
      const path = `/api/room/${encodeURIComponent(room)}/recordings`;
      printRecording(await client.request<Recording>('POST', path, body), options);
    });

  addClientOptions(record.command('stop').argument('<recording>', 'id, or the name of the room'))
    .description('Stops a recording; it is composed in the background.')
    .action(async (which: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const id = which.startsWith('rec_') ? which : await activeIn(which, options);
      printRecording(await client.request<Recording>('POST', `${pathOf(id)}/stop`), options);
    });

  addClientOptions(record.command('list'))
    .description('Lists recordings, newest first.')
    .option('--room <room>', 'only of this room')
    .action(async (options: ClientOptions & { room?: string }) => {
      const recordings = await list(options, options.room);
      if (options.json) return printJson(recordings);
      printTable(
        [
          { title: 'recording', value: (r) => r.id },
          { title: 'room', value: (r) => r.room },
          { title: 'state', value: stateOf },
          { title: 'length', value: (r) => lengthOf(r.duration), align: 'right' },
          { title: 'size', value: (r) => sizeOf(r.bytes), align: 'right' },
          { title: 'made', value: (r) => r.createdAt },
        ],
        recordings,
        'Nothing was recorded yet: didar record start <room>',
      );
    });

  addClientOptions(record.command('show').argument('<recording>'))
    .description('Shows a recording and its files.')
    .action(async (id: string, options: ClientOptions) => {
      printRecording(await (await clientFor(options)).request<Recording>('GET', pathOf(id)), options);
    });

  addClientOptions(
    record.command('fetch').argument('<recording>').argument('[file]', 'the composed one when left out'),
  )
    .description('Downloads a file of a recording.')
    .option('--output <path>', 'where to; its own name in this directory when left out')
    .action(fetchFile);

  addClientOptions(record.command('delete').argument('<recording>'))
    .description('Deletes a recording and its files.')
    .action(async (id: string, options: ClientOptions) => {
      await (await clientFor(options)).request('DELETE', pathOf(id));
      if (options.json) printJson({ deleted: id });
      else print(`deleted ${id}`);
    });
}

async function fetchFile(
  id: string,
  file: string | undefined,
  options: ClientOptions & { output?: string },
): Promise<void> {
  const client = await clientFor(options);
  const { files } = await client.request<Recording>('GET', pathOf(id));
  const wanted = files.find(({ name, kind }) =>
    file === undefined ? kind === 'video' || kind === 'audio' : name === file,
  );
  if (!wanted) {
    throw new DomainError('recording_file_not_found', `${id} has no ${file ?? 'composed file yet'}.`, {
      fix: `See its files: didar record show ${id}`,
    });
  }
  const answer = await client.open(`${pathOf(id)}/files/${encodeURIComponent(wanted.name)}`);
  const output = options.output ?? wanted.name;
  await save(answer, output, wanted);
  if (options.json) printJson({ output, bytes: wanted.bytes, sha256: wanted.sha256 });
  else printNote(`${output}  ${sizeOf(wanted.bytes)}`);
}

/** Writes what comes into a new file; what did not come whole and unchanged is not kept. */
async function save(answer: Response, output: string, { name, sha256 }: RecordingFile): Promise<void> {
  const to = await open(output, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new DomainError('output_unusable', `${output} cannot be made: ${cause.message}`, {
      fix: 'Give another path with --output.',
      cause,
    });
  });
  const hash = new Bun.CryptoHasher('sha256');
  try {
    for await (const chunk of answer.body ?? []) {
      hash.update(chunk);
      await to.write(chunk);
    }
    if (sha256 !== null && hash.digest('hex') !== sha256) throw new Error('it is not what was stored');
  } catch (cause) {
    await unlink(output);
    throw new DomainError('download_failed', `${name} did not arrive whole: ${messageOf(cause)}`, {
      fix: 'Try again; didar doctor tells what is wrong with where it is stored.',
      cause,
    });
  } finally {
    await to.close();
  }
}

async function list(options: ClientOptions, room: string | undefined): Promise<Recording[]> {
  const client = await clientFor(options);
  const filter = room === undefined ? '' : `room=${encodeURIComponent(room)}`;
  return allPages((cursor) => client.request<Page<Recording>>('GET', `/api/recording?${filter}&${cursor}`));
}

async function activeIn(room: string, options: ClientOptions): Promise<string> {
  const active = ['starting', 'recording', 'reconnecting'];
  const found = (await list(options, room)).find(({ state }) => active.includes(state));
  if (found) return found.id;
  throw new DomainError('recording_not_running', `"${room}" is not being recorded.`, {
    fix: 'See didar record list.',
  });
}

function layoutOf(layout: string | undefined): string | undefined {
  if (layout === undefined || (LAYOUTS as readonly string[]).includes(layout)) return layout;
  throw new DomainError('usage', `--layout ${layout}: there is no such layout.`, {
    fix: `Give one of ${LAYOUTS.join(', ')}.`,
  });
}

function sizeOfPicture(size: string | undefined): { width: number; height: number } | undefined {
  if (size === undefined) return undefined;
  const [, width, height] = /^(\d{3,4})x(\d{3,4})$/.exec(size) ?? [];
  if (width !== undefined && height !== undefined) return { width: Number(width), height: Number(height) };
  throw new DomainError('usage', `--size ${size}: not a size.`, { fix: 'Write it like 1920x1080.' });
}

function printRecording(recording: Recording, options: ClientOptions): void {
  if (options.json) {
    printJson(recording);
    return;
  }
  print(`${recording.id}  ${recording.room}`);
  print(`  state   ${stateOf(recording)}`);
  if (recording.cause) print(`  cause   ${recording.cause.message}`);
  if (recording.cause?.fix) print(`  fix     ${recording.cause.fix}`);
  print(`  length  ${lengthOf(recording.duration)}`);
  print(`  size    ${sizeOf(recording.bytes)}`);
  for (const { name, kind, bytes } of recording.files)
    print(`  ${kind.padEnd(8)}  ${name}  ${sizeOf(bytes)}`);
}

function stateOf({ state, progress }: Recording): string {
  return progress === null ? state : `${state} ${Math.round(progress * 100)} %`;
}

/** `1:02:03`. */
function lengthOf(ms: number): string {
  const s = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function pathOf(id: string): string {
  return `/api/recording/${encodeURIComponent(id)}`;
}
