import { describe, expect, test } from 'bun:test';
import type { Candidate } from '../../livekit/logs/candidates.ts';
import type { LogFact } from '../../livekit/logs/log-fact.ts';
import { knownCause } from '../../troubles/explain.ts';
import { createFailures } from './failures.ts';

const STAY = { room: 'lab', identity: 'u_anna', sid: 'PA_1' };
const remote = (type: string): Candidate => ({
  side: 'remote',
  protocol: 'udp',
  type,
  address: '198.51.100.7',
  port: 40_000,
});

type Failed = Extract<LogFact, { kind: 'never_connected' | 'short_connection' }>;
const never = (candidates: readonly Candidate[], reason = 'JOIN_TIMEOUT'): Failed => ({
  kind: 'never_connected',
  at: Date.UTC(2026, 10, 27),
  reason,
  candidates,
  connectionType: 'unknown',
});
const short: Failed = {
  kind: 'short_connection',
  at: 0,
  candidates: [remote('host')],
  connectionType: 'udp',
};

function causeIn(
  fact: Failed,
  { nodeAnswers, expired = false }: { nodeAnswers?: boolean; expired?: boolean } = {},
): string | undefined {
  const failures = createFailures({ nodeAnswers: () => nodeAnswers });
  if (expired) failures.turnExpired(STAY.sid);
  failures.note(STAY, fact);
  expect(failures.list()).toHaveLength(1);
  return failures.causeOf(STAY.sid)?.id;
}

describe('the likely cause of a connection that failed', () => {
  test('no relay among what the client offered: it did not reach our TURN server', () => {
    expect(causeIn(never([remote('host'), remote('srflx')]), { nodeAnswers: true })).toBe('behind-firewall');
  });

  test('it reached TURN, yet not the media ports', () => {
    expect(causeIn(never([remote('host'), remote('relay')]), { nodeAnswers: true })).toBe('no-media');
  });

  test('our own address does not lead here: nobody else is to blame', () => {
    expect(causeIn(never([remote('host')]), { nodeAnswers: false })).toBe('no-media');
  });

  test('TURN refused its credential as expired', () => {
    expect(causeIn(never([remote('host')]), { expired: true, nodeAnswers: false })).toBe(
      'turn-credential-expired',
    );
  });

  test('media that flowed and broke down soon', () => {
    expect(causeIn(short, { nodeAnswers: true })).toBe('media-broke-off');
  });

  test('a client that told nothing of itself gets no made-up cause', () => {
    expect(causeIn(never([]))).toBeUndefined();
  });
});

test('the list has the newest first, each stay once, with cause and fix, and stays bounded', () => {
  const failures = createFailures({ nodeAnswers: () => true });
  for (let i = 0; i < 150; i++) failures.note({ ...STAY, sid: `PA_${i}` }, never([remote('host')]));
  failures.note({ ...STAY, sid: 'PA_149', identity: 'u_last' }, short);
  const list = failures.list();
  expect(list).toHaveLength(100);
  expect(list[0]).toMatchObject({ identity: 'u_last', reason: 'short_connection' });
  expect(list[1]).toEqual({
    at: '2026-11-27T00:00:00.000Z',
    room: 'lab',
    identity: 'u_anna',
    reason: 'JOIN_TIMEOUT',
    cause: knownCause('behind-firewall')?.cause ?? 'none',
    fix: knownCause('behind-firewall')?.fix ?? 'none',
  });
});

test.each([
  ['who left by themselves', never([remote('host')], 'CLIENT_REQUEST_LEAVE')],
  ['whose room was closed', never([remote('host')], 'ROOM_CLOSED')],
  ['who was removed', never([remote('host')], 'SERVICE_REQUEST_REMOVE_PARTICIPANT')],
  ['whose tab was reloaded at once', never([], 'SIGNAL_SOURCE_CLOSE')],
])('%s is no failure of the network', (_who, fact) => {
  const failures = createFailures({ nodeAnswers: () => true });
  failures.note(STAY, fact);
  expect(failures.list()).toEqual([]);
});

test('whose signalling broke off after they had told where they are is one', () => {
  expect(causeIn(never([remote('host')], 'SIGNAL_SOURCE_CLOSE'), { nodeAnswers: true })).toBe(
    'behind-firewall',
  );
});
