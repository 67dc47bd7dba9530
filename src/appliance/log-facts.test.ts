import { expect, test } from 'bun:test';
import type { Candidate } from '../livekit/logs/candidates.ts';
import type { LogFact } from '../livekit/logs/log-fact.ts';
import type { Live } from '../modules/live/live.ts';
import { createFailures } from '../modules/network/failures.ts';
import { createLogFacts } from './log-facts.ts';

const ABOUT = { room: 'lab', identity: 'u_anna', participantSid: 'PA_1' };
const START = Date.UTC(2026, 10, 27);
const direct: Candidate = {
  side: 'remote',
  protocol: 'udp',
  type: 'prflx',
  address: '198.51....',
  port: 40_000,
};
const relayed: Candidate = {
  side: 'remote',
  protocol: 'udp',
  type: 'relay',
  address: '203.0.11....',
  port: 30_007,
};
const local: Candidate = {
  side: 'local',
  protocol: 'udp',
  type: 'host',
  address: '203.0.113.1',
  port: 50_000,
};

type Told = Parameters<Live['connected']>[1];

/** What live is told of a stay that these facts are about. */
function told(facts: readonly LogFact[], isTlsRelay = false): readonly Pick<Told, 'path' | 'reconnects'>[] {
  const connections: Pick<Told, 'path' | 'reconnects'>[] = [];
  const onFact = createLogFacts({
    live: { connected: (_stay, { path, reconnects }) => void connections.push({ path, reconnects }) },
    failures: createFailures({ nodeAnswers: () => true }),
    relay: { nodeIPs: ['203.0.113.1'], relayPorts: { from: 30_000, to: 40_000 } },
    isThere: () => true,
    isTlsRelay: () => isTlsRelay,
  });
  for (const fact of facts) onFact(fact);
  return connections;
}

const active = (remote: Candidate): LogFact => ({
  ...ABOUT,
  kind: 'participant_active',
  at: START,
  connectMs: 90,
  connectionType: 'udp',
  candidates: [{ ...remote, selected: 1 }],
});
const switched = (afterMs: number, remote: Candidate): LogFact => ({
  ...ABOUT,
  kind: 'pair_switched',
  at: START + afterMs,
  local,
  remote,
});

test('a relayed client came over TLS when the front says so', () => {
  expect(told([active(relayed)])).toEqual([{ path: 'turn-udp', reconnects: 0 }]);
  expect(told([active(relayed)], true)).toEqual([{ path: 'turn-tls', reconnects: 0 }]);
});

test('in the middle of a call the path changes, and counts as one reconnect however many transports tell it', () => {
  expect(told([active(direct), switched(60_000, relayed), switched(60_200, relayed)])).toEqual([
    { path: 'udp', reconnects: 0 },
    { path: 'turn-udp', reconnects: 1 },
  ]);
});

test('going over to a better pair at the start is no reconnect, yet the path is told', () => {
  expect(told([active(relayed), switched(300, direct), switched(350, direct)])).toEqual([
    { path: 'turn-udp', reconnects: 0 },
    { path: 'udp', reconnects: 0 },
  ]);
});

test.each([
  [true, 1],
  [false, 0],
])(
  'media that broke off is a failure while signalling goes on (%p), not when its client vanished',
  (isThere, listed) => {
    const failures = createFailures({ nodeAnswers: () => true });
    const onFact = createLogFacts({
      live: { connected: () => undefined },
      failures,
      relay: { nodeIPs: [], relayPorts: { from: 0, to: 0 } },
      isThere: () => isThere,
      isTlsRelay: () => false,
    });
    onFact({ ...ABOUT, kind: 'short_connection', at: START, connectionType: 'udp', candidates: [] });
    expect(failures.list()).toHaveLength(listed);
  },
);

test('nothing is told of a stay that is over, or never was', () => {
  const closing: LogFact = {
    ...ABOUT,
    kind: 'participant_closing',
    at: START,
    reason: 'x',
    sessionMs: 1,
    resumes: false,
  };
  expect(told([switched(1, direct), active(direct), closing, switched(60_000, relayed)])).toEqual([
    { path: 'udp', reconnects: 0 },
  ]);
});
