import type { Recording } from '../../../src/modules/recordings/model.ts';
import { finishedFile, isActive } from '../../text/recording.ts';
import { byteSize } from '../../text/units.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import { type PagerLine, pager } from '../dialogs/pager.ts';

export const recordings: Actions<'record' | 'folder'> = {
  /** Starts at once; stopping ends something that can't be taken up again, so it asks. */
  record(desk) {
    const { room, recording } = desk.context();
    const running = recording ?? (room ? runningIn(desk, room.name) : undefined);
    if (running && isActive(running)) askToStop(desk, running);
    else if (room) start(desk, room.name);
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

function start(desk: Desk, room: string): void {
  desk.attempt(`starting to record ${room}`, async () => {
    await desk.api.startRecording(room);
    return `${room} is being recorded; r stops it`;
  });
}

function askToStop(desk: Desk, { id, room }: Recording): void {
  const lines = ['What was recorded is kept.'];
  const run = () =>
    desk.attempt(`stopping the recording of ${room}`, async () => {
      await desk.api.stopRecording(id);
      return `the recording of ${room} is in Recordings (4)`;
    });
  desk.set({ dialog: confirm(`Stop recording ${room}?`, lines, 'Stop recording', run) });
}

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
