import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { turnCredentials } from '../../../src/livekit/turn/credentials.ts';
import { type Didar, startDidar } from '../../../test/harness/didar.ts';
import { eventually } from '../../../test/harness/within.ts';
import { quantile, type Row } from './row.ts';
import { openTurnClient, type TurnClient } from './turn-client.ts';

const KEY = { apiKey: 'APIbench', apiSecret: 'a-secret-of-the-bench-that-is-long-enough' };
const CLIENTS = 10;
const PAYLOAD_BYTES = 1_000;
/** Half of it up and half of it down, as in a call. */
const MEGABITS = 50;
const PACKETS_PER_MS = (MEGABITS * 1_000) / 8 / PAYLOAD_BYTES / 2;
const TICK_MS = 2;
const WARM_UP_MS = 2_000;
const STAMP_BYTES = 8;

/** Media relayed by TURN over TLS through the front, against the same directly at livekit's plaintext TURN listener. */
export async function benchRelay(forMs: number): Promise<Row[]> {
  const didar = await startDidar({
    config: { server: { tls: { mode: 'self-signed' } }, livekit: KEY, log: { level: 'warn' } },
    askOverSocket: true,
  });
  try {
    const ca = (await didar.cli(['config', 'ca'])).stdout;
    const { tlsPort } = await eventually(() => turnOf(didar), "livekit's own TURN port");
    const front = () =>
      opened(connectTls({ host: '127.0.0.1', port: didar.ports.server, ca }), 'secureConnect');
    const direct = () => opened(connect(tlsPort, '127.0.0.1'), 'connect');
    const rounds = [direct, front, front, direct];
    const runs: Run[] = [];
    for (const dial of rounds) runs.push(await relay(dial, forMs / 2, didar.pid));
    const before = together(runs.filter((_, i) => rounds[i] === direct));
    const through = together(runs.filter((_, i) => rounds[i] === front));
    const added = quantile(through.latencies, 0.95) - quantile(before.latencies, 0.95);
    const what = `TURN/TLS at ${MEGABITS} Mbit/s`;
    const note = `${CLIENTS} clients, ${through.latencies.length} packets of ${PAYLOAD_BYTES} bytes in ${forMs / 1000} s, half up, half down; ${(100 * through.lost).toFixed(2)} % lost (direct ${(100 * before.lost).toFixed(2)} %)`;
    return [
      { what: `${what}, the front`, unit: 'cores', ours: through.cores, goal: { atMost: 1 }, note },
      {
        what: `${what}, added latency p95`,
        unit: 'ms',
        ours: added,
        goal: { atMost: 2 },
        note: `p95 ${quantile(through.latencies, 0.95).toFixed(2)} ms through the front, ${quantile(before.latencies, 0.95).toFixed(2)} ms directly at livekit's listener without TLS`,
      },
    ];
  } finally {
    await didar.cleanUp();
  }
}

interface Run {
  readonly latencies: number[];
  readonly lost: number;
  readonly cores: number;
}

function together(runs: readonly Run[]): Run {
  const mean = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    latencies: runs.flatMap(({ latencies }) => latencies),
    lost: mean(({ lost }) => lost),
    cores: mean(({ cores }) => cores),
  };
}

/** One way through the relay, in milliseconds, of each packet that came; and what didar used meanwhile. */
async function relay(dial: () => Promise<Socket>, forMs: number, pid: number): Promise<Run> {
  const latencies: number[] = [];
  let sent = 0;
  let isCounting = false;
  function arrived(payload: Buffer): void {
    const age = performance.now() - payload.readDoubleBE(0);
    if (isCounting) latencies.push(age);
  }
  function stamped(): Buffer {
    const payload = Buffer.alloc(PAYLOAD_BYTES, 1);
    payload.writeDoubleBE(performance.now(), 0);
    if (isCounting) sent++;
    return payload;
  }

  const peer = createSocket('udp4');
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  peer.setRecvBufferSize(4 << 20);
  peer.on('message', (payload) => payload.length >= STAMP_BYTES && arrived(payload));
  const clients: TurnClient[] = [];
  try {
    const expiry = Math.floor(Date.now() / 1000) + 3_600;
    const credentials = turnCredentials({ ...KEY, expiry, expires: true });
    const address = { address: '127.0.0.1', port: peer.address().port };
    for (let i = 0; i < CLIENTS; i++) {
      clients.push(await openTurnClient(await dial(), credentials, address, arrived));
    }
    let next = 0;
    function one(): void {
      const client = clients[next++ % clients.length];
      client?.send(stamped());
      if (client) peer.send(stamped(), client.relayed.port, client.relayed.address);
    }
    const started = performance.now();
    let done = 0;
    const sending = setInterval(() => {
      for (const due = (performance.now() - started) * PACKETS_PER_MS; done < due; done++) one();
    }, TICK_MS);
    await Bun.sleep(WARM_UP_MS);
    isCounting = true;
    const [cpuBefore, since] = [await cpuSeconds(pid), performance.now()];
    await Bun.sleep(forMs);
    const cores = ((await cpuSeconds(pid)) - cpuBefore) / ((performance.now() - since) / 1000);
    clearInterval(sending);
    await Bun.sleep(TICK_MS * 50);
    return { latencies, lost: 1 - latencies.length / sent, cores };
  } finally {
    for (const client of clients) client.close();
    peer.close();
  }
}

async function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect'): Promise<S> {
  socket.setNoDelay(true);
  await once(socket, event);
  return socket;
}

/** livekit's plaintext TURN listener, which didar puts where nobody else has a port. */
async function turnOf(didar: Didar): Promise<{ tlsPort: number } | false> {
  const found = [...new Bun.Glob('**/livekit.yaml').scanSync({ cwd: didar.dataDir, absolute: true })][0];
  if (found === undefined) return false;
  const config = Bun.YAML.parse(await Bun.file(found).text()) as { turn?: { tls_port?: number } };
  return config.turn?.tls_port !== undefined && { tlsPort: config.turn.tls_port };
}

/** User and system time of a process, from proc(5). */
async function cpuSeconds(pid: number): Promise<number> {
  const TICKS_PER_SECOND = 100;
  const fields = (await Bun.file(`/proc/${pid}/stat`).text()).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
