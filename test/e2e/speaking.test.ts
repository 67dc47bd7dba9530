import '../harness/slow.ts';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Didar, startDidar } from '../harness/didar.ts';
import { openStream } from '../harness/event-stream.ts';
import { type Attendee, attend, createRoom, participant } from '../harness/people.ts';
import { recordersOf, startRecording, stopRecording } from '../harness/recordings.ts';
import { eventually } from '../harness/within.ts';

const VOICE_HZ = 220;
/** A microphone that is on, in a room where nobody says anything. */
const SILENCE_HZ = 0;

let didar: Didar;
let room: string;
let ada: Attendee;
let bob: Attendee;
beforeAll(async () => {
  didar = await startDidar();
  room = (await createRoom(didar)).name;
  ada = await attend(didar, room, { name: 'Ada' });
  bob = await attend(didar, room, { name: 'Bob' });
  await ada.client.publishMicrophone(VOICE_HZ, { isVoice: true });
  await bob.client.publishMicrophone(SILENCE_HZ);
});
afterAll(async () => {
  await ada?.client.close();
  await bob?.client.close();
  await didar?.cleanUp();
});

async function speaking(): Promise<readonly (boolean | null | undefined)[]> {
  const people = await Promise.all([ada, bob].map(({ identity }) => participant(didar, room, identity)));
  return people.map((person) => person?.speaking);
}

function becomes(...expected: readonly (boolean | null)[]): Promise<unknown> {
  return eventually(async () => Bun.deepEquals(await speaking(), expected), `speaking: ${expected}`);
}

test('who speaks is known while a room is recorded, through mutes and the death of a recorder, and not after', async () => {
  expect(await speaking()).toEqual([null, null]);
  const stream = await openStream({ url: 'http://localhost/api/event/stream', unix: didar.socket });
  const said = () =>
    stream.events.flatMap(({ kind, id, data }) => (kind === 'speaking.changed' ? [{ id, data }] : []));

  const { id } = await startRecording(didar, room);
  await becomes(true, false);
  await ada.client.setMuted('microphone', true);
  await becomes(false, false);
  await ada.client.setMuted('microphone', false);
  await becomes(true, false);

  const [recorder = 0] = await recordersOf(didar);
  process.kill(recorder, 'SIGKILL');
  await eventually(() => said().some(({ data }) => data.speaking === null), 'that it is not known any more');
  await becomes(true, false);

  await stopRecording(didar, id);
  expect(await speaking()).toEqual([null, null]);
  await stream.until(({ kind, data }) => kind === 'recording.changed' && data.recording !== null);
  expect(said().at(-1)).toEqual({ id: 0, data: { speaking: null } });
  expect(said().map(({ data }) => data.speaking)).toContainEqual([ada.identity]);
  stream.close();
}, 60_000);
