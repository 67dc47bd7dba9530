import { expect, test } from 'bun:test';
import { RoomCompositeEgressRequest } from '@livekit/protocol';
import { DomainError } from '../../../lib/errors.ts';
import { silentLogger } from '../../../lib/log.ts';
import { manualClock } from '../../../lib/manual-clock.ts';
import type { LiveKitEgress } from '../../../livekit/api/egress-entity.ts';
import type { RecordingRow } from '../repo.ts';
import type { RecordingEnd } from './backend.ts';
import { EgressRecording } from './egress-recording.ts';

const NOW = 1_000_000;
const EGRESS: LiveKitEgress = {
  id: 'EG_1',
  room: 'daily',
  state: 'active',
  startedAt: NOW,
  requestedPath: '/out/rec_1/recording.mp4',
};
const row = { id: 'rec_1', roomName: 'daily', startedAt: null } as RecordingRow;
const silence = () => Promise.reject(new DomainError('livekit_unavailable', 'request timed out'));

function follow(known: () => LiveKitEgress[], start = async () => EGRESS) {
  const clock = manualClock();
  const states: unknown[] = [];
  const ends: RecordingEnd[] = [];
  const recording = new EgressRecording({
    take: {
      row,
      room: undefined,
      dir: '/recordings/rec_1',
      onChange: ({ state }) => void (state && states.push(state)),
      onOver: (end) => void ends.push(end),
    },
    api: { start, stop: silence, list: async () => known() },
    workers: undefined,
    clock,
    log: silentLogger,
    request: new RoomCompositeEgressRequest(),
    onOver: () => undefined,
  });
  const look = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      clock.advance(3_000);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  return { recording, states, ends, look };
}

test('what is told late or twice brings nothing back', async () => {
  const { recording, states, ends } = follow(() => []);
  await recording.begun;
  recording.see({ ...EGRESS, state: 'ending' });
  recording.see(EGRESS);
  recording.see({ ...EGRESS, state: 'complete', endedAt: NOW + 5_000 });
  recording.see({ ...EGRESS, state: 'failed' });
  expect(states).toEqual(['recording', 'stopping']);
  expect(ends).toEqual([{ job: { egress: { isWhole: true } } }]);
});

test('an answer that did not come is no failure where a worker has taken the request', async () => {
  const { recording, states, ends } = follow(() => [EGRESS], silence);
  await recording.begun;
  expect(states).toEqual(['recording']);
  expect(ends).toEqual([]);
});

test('a request that nobody has taken ends it with the reason, and nothing to look for', async () => {
  const { recording, ends } = follow(() => [], silence);
  expect(await recording.begun.catch((error: DomainError) => error.code)).toBe('livekit_unavailable');
  expect(ends).toMatchObject([{ nothingStored: true, cause: { code: 'livekit_unavailable' } }]);
});

test('one that takes no order to stop is lost, and its file is looked for all the same', async () => {
  const { recording, ends, look } = follow(() => [EGRESS]);
  await recording.begun;
  await recording.stop();
  expect(ends).toEqual([]);
  await look(3);
  expect(ends).toMatchObject([
    { cause: { code: 'egress_worker_lost' }, job: { egress: { isWhole: false } } },
  ]);
});
