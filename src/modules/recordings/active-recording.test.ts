import { expect, test } from 'bun:test';
import { DomainError } from '../../lib/errors.ts';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import type { RecorderExit, RecorderProcess } from '../../recording/recorder/recorder-process.ts';
import { ActiveRecording, type Cause } from './active-recording.ts';

const crash: RecorderExit = { code: null, signal: 'SIGKILL', lastLines: [] };

test('a recorder that can not be started again, as livekit went with it, ends the recording with the cause', async () => {
  const clock = manualClock();
  const over: (Cause | undefined)[] = [];
  const exit = Promise.withResolvers<RecorderExit>();
  const recorder: RecorderProcess = {
    pid: 1,
    exited: exit.promise,
    stop: () => exit.promise,
    kill: () => undefined,
    abandon: () => undefined,
  };
  let starts = 0;
  const recording = new ActiveRecording({
    id: 'rec_1',
    room: 'daily',
    parts: 0,
    clock,
    log: silentLogger,
    start() {
      starts += 1;
      if (starts === 1) return recorder;
      throw new DomainError('livekit_unavailable', 'It is away.', { fix: 'Wait.' });
    },
    isLive: () => true,
    onChange: () => undefined,
    onSpeaking: () => undefined,
    onOver: (cause) => void over.push(cause),
  });
  exit.resolve(crash);
  await exit.promise;
  await Promise.resolve();
  clock.advance(1_000);
  expect(starts).toBe(2);
  expect(over).toEqual([{ code: 'livekit_unavailable', message: 'It is away.', fix: 'Wait.' }]);
  await recording.stop();
});
