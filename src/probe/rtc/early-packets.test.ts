import { afterEach, expect, test } from 'bun:test';
import { RTCPeerConnection, type RTCSctpTransport } from 'werift';
import { holdEarlyPackets } from './early-packets.ts';

const PORT = 5000;
const open: RTCPeerConnection[] = [];
afterEach(async () => {
  for (const pc of open.splice(0)) await pc.close();
});

/** werift's SCTP; whoever controls ICE is its client. */
function createEnd(isControlling: boolean): RTCSctpTransport {
  const pc = new RTCPeerConnection({ iceServers: [] });
  open.push(pc);
  const end = pc.createDataChannel('data').sctp;
  const { connection } = end.dtlsTransport.iceTransport;
  Object.assign(connection, { iceControlling: isControlling, remoteUsername: 'u', remotePassword: 'p' });
  end.setRemotePort(PORT);
  return end;
}

function wire(from: RTCSctpTransport, to: RTCSctpTransport): void {
  // read when it comes: whoever has closed has no receiver any more
  const deliver = (packet: Buffer) => to.dtlsTransport.dataReceiver?.(packet);
  Object.assign(from.dtlsTransport, { sendData: async (packet: Buffer) => setImmediate(deliver, packet) });
}

/** Ours, and livekit's end, which begins as soon as it can and answers whoever else begins. */
async function meetEarly(isControlling: boolean) {
  const ours = createEnd(isControlling);
  const livekit = createEnd(true);
  holdEarlyPackets(ours);
  wire(ours, livekit);
  wire(livekit, ours);
  await livekit.start(PORT);
  livekit.sctp.isServer = true;
  // by now its INIT has come, and what was said to it
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return { ours, livekit };
}

test.each([
  ['begins itself', true],
  ['waits for the other', false],
])('an end that %s connects though the other side began before it was started', async (_, isControlling) => {
  const { ours, livekit } = await meetEarly(isControlling);
  expect(ours.sctp.state).toBe('new');
  const connected = [ours, livekit].map(({ sctp }) => sctp.stateChanged.connected.asPromise());
  await ours.start(PORT);
  await Promise.all(connected);
});
