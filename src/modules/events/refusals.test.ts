import { beforeEach, expect, test } from 'bun:test';
import type { Principal } from '../../access/principal.ts';
import { type ManualClock, manualClock } from '../../lib/manual-clock.ts';
import type { NewEvent } from './events.ts';
import { createRefusals, type Refusal } from './refusals.ts';

let clock: ManualClock;
let told: NewEvent[];
let note: (refusal: Refusal) => void;

beforeEach(() => {
  clock = manualClock();
  told = [];
  note = createRefusals({
    clock,
    events: {
      record(event) {
        told.push(event);
        return { ...event, id: 1 } as never;
      },
    },
  });
});

const BOB: Principal = { kind: 'user', userId: 'u_bob', role: 'user', name: 'Bob', loginId: 'l_1' };
const forbidden: Refusal = {
  method: 'DELETE',
  path: '/api/user/u_ada',
  principal: BOB,
  address: '198.51.100.7',
  status: 403,
  code: 'forbidden',
};

test('an act that is refused says who wanted what of whom, from where, and why not', () => {
  note(forbidden);
  expect(told).toEqual([
    {
      kind: 'request.refused',
      actor: 'u_bob',
      object: 'user:u_ada',
      outcome: 'refused',
      data: {
        method: 'DELETE',
        path: '/api/user/u_ada',
        status: 403,
        code: 'forbidden',
        address: '198.51.100.7',
        repeated: 0,
        unrecorded: 0,
      },
    },
  ]);
});

test('what the media server did not take has failed', () => {
  note({ ...forbidden, status: 503, code: 'livekit_unavailable' });
  expect(told[0]?.outcome).toBe('failed');
});

test('reading, and what could not be understood, is no act', () => {
  note({ ...forbidden, method: 'GET' });
  for (const status of [400, 404, 413, 422, 429]) note({ ...forbidden, status });
  expect(told).toEqual([]);
});

test('the secret of a link does not get into the history', () => {
  note({ ...forbidden, path: '/api/auth/reset/4tQ-0_vYkEo6c3Zp1n1uQ8rVwq2m5JxHcYt7uLsB9dA' });
  expect(told[0]?.data?.path).toBe('/api/auth/reset/…');
});

test('the same again is counted, and told with the next one a minute later', () => {
  for (let i = 0; i < 1_000; i += 1) note(forbidden);
  clock.advance(60_000);
  note(forbidden);
  expect(told.map(({ data }) => data?.repeated)).toEqual([0, 999]);
});

test('a flood from everywhere is stored at a bounded rate, and the rest is counted', () => {
  const flood = () => {
    for (let i = 0; i < 5_000; i += 1) note({ ...forbidden, address: `2001:db8::${i}` });
  };
  flood();
  expect(told).toHaveLength(500);
  clock.advance(60_000);
  flood();
  expect(told).toHaveLength(506);
  expect(told[500]?.data?.unrecorded).toBe(4_500);
});
