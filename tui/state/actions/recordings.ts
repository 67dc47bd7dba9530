import type { Recording } from '../../../src/modules/recordings/model.ts';
import type { Room } from '../../../src/modules/rooms/model.ts';
import { finishedFile, isActive } from '../../text/recording.ts';
import { byteSize } from '../../text/units.ts';
import { are, whoOf } from '../batch.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirmAll } from '../dialogs/ask.ts';
import { type PagerLine, pager } from '../dialogs/pager.ts';
import { question, ROOMS } from './many-rooms.ts';

export const recordings: Actions<'record' | 'folder'> = {
  /** Starts at once; stopping ends something that can't be taken up again, so it asks. */
  record(desk) {
    const { rooms, recording } = desk.context();
    if (recording) return askToStop(desk, [recording]);
    const idle = rooms.filter(({ name }) => runningIn(desk, name) === undefined);
    if (idle.length === 0)
      return askToStop(
        desk,
        rooms.flatMap(({ name }) => runningIn(desk, name) ?? []),
      );
    const run = () => start(desk, idle);
    if (rooms.length === 1) return run();
    const line = 'Those that are recorded already stay so.';
    desk.set({ dialog: question(`Record ${whoOf(idle, ROOMS)}?`, line, idle, 'Record', run) });
  },
  folder(desk) {
    const { recording } = desk.context();
    const directory = desk.world.system?.recordingDir;
    if (recording === undefined) return;
    // A server of an older version doesn't tell.
    if (directory === undefined) return desk.say('this server does not tell where its recordings are');
    const path = `${directory}/${recording.id}`;
    desk.host.copy(path);
    desk.set({
      dialog: pager(`Folder of the recording of ${recording.room}`, [...folderLines(recording, path)]),
    });
  },
};

function* folderLines({ id, files }: Recording, path: string): Generator<PagerLine> {
  yield { text: path, tone: 'strong' };
  yield { text: '' };
  for (const { name, bytes, storage } of files)
    yield { text: `${byteSize(bytes).padStart(9)}  ${name}${storage === 's3' ? ' (in the bucket)' : ''}` };
  yield { text: 'It is on the server. From elsewhere:', tone: 'quiet' };
  yield { text: `didar record fetch ${id}`, tone: 'strong' };
}

function runningIn(desk: Desk, room: string): Recording | undefined {
  return [...desk.world.recordings.values()].find((one) => one.room === room && isActive(one));
}

function start(desk: Desk, rooms: readonly Room[]): void {
  desk.batch<Room>({
    ...ROOMS,
    doing: 'starting to record',
    items: rooms,
    work: ({ name }) => desk.api.startRecording(name),
    said: (who, done) => `${who} ${are(done)} being recorded; r stops it`,
  });
}

function askToStop(desk: Desk, recordings: readonly Recording[]): void {
  const who = whoOf(recordings, RECORDED);
  const run = () =>
    desk.batch({
      ...RECORDED,
      doing: 'stopping the recording of',
      items: recordings,
      work: ({ id }) => desk.api.stopRecording(id),
      said: (them) => `the recording of ${them} is in Recordings (4)`,
    });
  const names = recordings.length === 1 ? [] : recordings.map(({ room }) => room);
  const dialog = confirmAll(`Stop recording ${who}?`, names, [{ label: 'Stop recording', run }]);
  desk.set({ dialog: { ...dialog, lines: ['What was recorded is kept.'] } });
}

/** Recordings by their rooms, of which each is recorded once at a time. */
const RECORDED = { nameOf: ({ room }: Recording) => room, unit: 'rooms' };

/** Shows and copies where the finished file is fetched; says why there is none. */
export function showFileLink(desk: Desk, recording: Recording): void {
  const file = finishedFile(recording);
  if (file === undefined) {
    desk.say(`the recording of ${recording.room} has no finished file yet`);
    return;
  }
  const path = `/api/recording/${encodeURIComponent(recording.id)}/files/${encodeURIComponent(file.name)}`;
  const link = new URL(path, desk.world.system?.url ?? 'http://localhost').href;
  desk.host.copy(link);
  desk.set({
    dialog: pager(`Recording of ${recording.room}`, [
      { text: link, tone: 'strong' },
      { text: '' },
      { text: 'It asks for a login or a token. In a shell:', tone: 'quiet' },
      { text: `didar record fetch ${recording.id}`, tone: 'strong' },
    ]),
  });
}
