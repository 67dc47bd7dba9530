import { describe, expect, test } from 'bun:test';
import { selectedRemote } from './candidates.ts';
import { parseLogLine } from './log-fact.ts';
import { toLogEntry } from './log-line.ts';
import { pathOf } from './media-path.ts';

// Lines of livekit-server 1.13.5 with a real client, shortened in their client details.
const ABOUT = '"room":"lab","roomID":"RM_1","participant":"u_r","participantID":"PA_1","remote":false';
const ACTIVE_UDP = `{"level":"info","ts":1795793607.9121268,"logger":"livekit","caller":"rtc/room.go:1272","msg":"participant active",${ABOUT},"publisherCandidates":["[local][selected:1][trickle] udp4 host 192.0.2.2:21836 (resolved: 192.0.2.2:21836)","[local][trickle] tcp6 host [fd00::2]:21802 (resolved: [fd00::2]:21802)","[remote][selected:1] udp prflx 192.0....:33233"],"connectionType":"udp","clientInfo":{"sdk":"NODE","version":"1.1.0"},"connectTime":0.020068863}`;
const ACTIVE_TURN = `{"level":"info","ts":1795793656.001155,"logger":"livekit","caller":"rtc/room.go:1272","msg":"participant active",${ABOUT},"publisherCandidates":["[local][selected:2][trickle] udp4 host 192.0.2.2:28239 (resolved: 192.0.2.2:28239)","[remote][selected:1] udp prflx 192.0....:28269","[remote][selected:2][trickle] udp relay 192.0....:28269  related 0.0.0.0:0"],"connectionType":"turn","connectTime":0.092092047}`;
const ACTIVE_TCP = `{"level":"info","ts":1795793652.5468967,"logger":"livekit","caller":"rtc/room.go:1272","msg":"participant active",${ABOUT},"publisherCandidates":["[local][selected:1][trickle] tcp6 host [fd00::2]:29402 (resolved: [fd00::2]:29402)","[remote][trickle] udp relay 192.0....:29459  related 192.0....:53590","[remote][selected:1] tcp prflx fd00::2:60313","[remote][filtered] tcp host fd00::2:46745"],"connectionType":"tcp","connectTime":0.135835493}`;
const SWITCHED = `{"level":"info","ts":1795793655.999073,"logger":"livekit.transport","caller":"rtc/transport.go:639","msg":"ice reconnected or switched pair",${ABOUT},"transport":"PUBLISHER","existingPair":{"localProtocol":"udp"},"newPair":{"localProtocol":"udp","localCandidateType":"host","localAddress":"192.0.2.2","localPort":28239,"remoteProtocol":"udp","remoteCandidateType":"relay","remoteAddress":"192.0....","remotePort":28269,"relatedAddress":"0.0.0.0","relatedPort":0}}`;
const NEVER = `{"level":"info","ts":1795793610.1426353,"logger":"livekit","caller":"rtc/room.go:1449","msg":"removing participant without connection",${ABOUT},"subscriberCandidates":["[local][trickle] udp4 host 192.0.2.2:21829 (resolved: 192.0.2.2:21829)"],"connectionType":"unknown","reason":"SIGNAL_SOURCE_CLOSE","clientInfo":{"sdk":"UNKNOWN","protocol":9}}`;
const SHORT = `{"level":"info","ts":1795793625.9739716,"logger":"livekit.transport","caller":"rtc/transportmanager.go:66","msg":"short ice connection",${ABOUT},"transport":"PUBLISHER","publisherCandidates":["[remote][selected:3][trickle] udp host fd00::2:44924"],"connectionType":"udp"}`;
const CLOSING = `{"level":"info","ts":1795793610.1477494,"logger":"livekit","caller":"rtc/participant.go:1475","msg":"participant closing",${ABOUT},"sendLeave":true,"reason":"CLIENT_REQUEST_LEAVE","isExpectedToResume":false,"kind":"STANDARD","country":"","sessionDuration":2.104254726}`;
const WEBHOOK = `{"level":"warn","ts":1795793622.9030588,"logger":"livekit.webhook","caller":"webhook/resource_url_notifier.go:331","msg":"failed to send webhook","event":"room_started","id":"EV_1","url":"http://127.0.0.1:9/x","room":"lab","roomID":"RM_1","error":"POST http://127.0.0.1:9/x giving up after 5 attempt(s)"}`;

const RELAY = { nodeIPs: ['192.0.2.2'], relayPorts: { from: 28_250, to: 28_289 } };

describe('a participant who is connected', () => {
  test('is told with the time it took, the kind of connection and the client', () => {
    expect(parseLogLine(ACTIVE_UDP)).toMatchObject({
      kind: 'participant_active',
      at: 1_795_793_607_912,
      room: 'lab',
      roomSid: 'RM_1',
      identity: 'u_r',
      participantSid: 'PA_1',
      connectMs: 20,
      connectionType: 'udp',
      client: { sdk: 'NODE' },
    });
  });

  test.each([
    ['udp', ACTIVE_UDP, { protocol: 'udp', type: 'prflx', address: '192.0....', port: 33_233 }],
    ['tcp', ACTIVE_TCP, { protocol: 'tcp', type: 'prflx', address: 'fd00::2', port: 60_313 }],
    ['turn', ACTIVE_TURN, { protocol: 'udp', type: 'relay', address: '192.0....', port: 28_269 }],
  ] as const)('comes over %s', (path, line, expected) => {
    const fact = parseLogLine(line);
    const remote = fact?.kind === 'participant_active' ? selectedRemote(fact.candidates) : undefined;
    expect(remote).toMatchObject(expected);
    expect(remote && pathOf(remote, RELAY)).toBe(path);
  });

  test('comes over TURN also where livekit takes the relay for a peer-reflexive address', () => {
    const remote = {
      side: 'remote',
      protocol: 'udp',
      type: 'prflx',
      address: '192.0....',
      port: 28_269,
    } as const;
    expect(pathOf(remote, RELAY)).toBe('turn');
    expect(pathOf({ ...remote, port: 33_233 }, RELAY)).toBe('udp');
    expect(pathOf({ ...remote, address: '198.51.10...' }, RELAY)).toBe('udp');
  });

  test('and goes over to another path is told with the new one', () => {
    expect(parseLogLine(SWITCHED)).toMatchObject({
      kind: 'pair_switched',
      local: { address: '192.0.2.2', port: 28_239 },
      remote: { type: 'relay', address: '192.0....', port: 28_269 },
    });
  });
});

describe('a participant who is not connected', () => {
  test('never was', () => {
    expect(parseLogLine(NEVER)).toMatchObject({
      kind: 'never_connected',
      reason: 'SIGNAL_SOURCE_CLOSE',
      connectionType: 'unknown',
      candidates: [{ side: 'local', port: 21_829 }],
    });
  });

  test('was for a short time', () => {
    expect(parseLogLine(SHORT)).toMatchObject({ kind: 'short_connection', candidates: [{ port: 44_924 }] });
  });

  test('leaves, with the reason and the length of the session', () => {
    expect(parseLogLine(CLOSING)).toMatchObject({
      kind: 'participant_closing',
      reason: 'CLIENT_REQUEST_LEAVE',
      sessionMs: 2104,
      resumes: false,
    });
  });
});

test('a webhook that did not get through is told with its event and error', () => {
  expect(parseLogLine(WEBHOOK)).toMatchObject({ kind: 'webhook_failed', event: 'room_started', room: 'lab' });
});

test.each([
  '',
  'panic: oh',
  '{"msg":"participant active',
  '{"level":"info","ts":1,"msg":"using single-node routing"}',
])('a line without a fact is no fact: %s', (line) => expect(parseLogLine(line)).toBeUndefined());

test('the log view shows what happened to whom, and no more', () => {
  expect(toLogEntry(WEBHOOK)).toEqual({
    at: 1_795_793_622_903,
    level: 'warn',
    message: 'failed to send webhook',
    room: 'lab',
    error: 'POST http://127.0.0.1:9/x giving up after 5 attempt(s)',
  });
  expect(toLogEntry('listen tcp: address already in use')).toEqual({
    level: 'error',
    message: 'listen tcp: address already in use',
  });
});
