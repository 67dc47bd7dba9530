import { connect } from 'node:net';
import { wait } from '../../../lib/clock.ts';
import { messageOf } from '../../../lib/errors.ts';
import { atLeast } from '../../../livekit/config/version.ts';
import { turnCredentials } from '../../../livekit/turn/credentials.ts';
import { stunBinding, turnTlsAllocation, turnUdpAllocation } from '../../../network/stun/self-test.ts';
import { type Check, failed, failedBy, type Outcome, ok, skipped, warning } from '../../check.ts';
import type { RunningServer, Subject } from '../../subject.ts';
import { type MediaTarget, mediaTargetOf } from './media-target.ts';

const LIMIT_MS = 2_000;
const CREDENTIALS_LIFE_S = 60;
/** Since then the credentials carry their expiry. */
const EXPIRING_SINCE = '1.12.0';

/** Row 17: STUN answers, so that clients learn their own address. */
export const stunCheck = selfTest('network.stun', 'STUN answers over UDP', async (target, { clock }) => {
  const { address, turnUdpPort: port } = target;
  if (port === undefined) return skipped('TURN over UDP is off.');
  const { mapped, rttMs } = await stunBinding({ address, port, timeoutMs: LIMIT_MS, clock });
  return ok(`${address} port ${port}/udp answered in ${round(rttMs)} ms and sees us as ${mapped.address}.`);
});

/** Rows 16, 17 and 19: TURN relays over UDP. */
export const turnUdpCheck = selfTest(
  'network.turn-udp',
  'TURN relays over UDP',
  async (target, { clock }) => {
    const { address, turnUdpPort: port, running } = target;
    if (port === undefined) return skipped('TURN over UDP is off.');
    const { relayed, rttMs } = await turnUdpAllocation({
      address,
      port,
      timeoutMs: LIMIT_MS,
      clock,
      ...credentialsOf(running, clock.now()),
    });
    return ok(
      `${address} port ${port}/udp relays from ${relayed.address}:${relayed.port} (${round(rttMs)} ms).`,
    );
  },
);

/** Row 17: TURN relays over TLS on the port of the page, under its name. */
export const turnTlsCheck = selfTest(
  'network.turn-tls',
  'TURN relays over TLS',
  async ({ running, address }, { config, clock }) => {
    const { server } = config;
    if (running.turnTls === undefined || running.certificates === undefined) {
      return skipped('There is no TURN/TLS: see "HTTPS and TURN/TLS are on".');
    }
    const ca = running.certificates.caPem();
    const { relayed, rttMs } = await turnTlsAllocation({
      address: server.bind === '0.0.0.0' || server.bind === '::' ? address : server.bind,
      port: server.port,
      servername: server.host ?? address,
      ...(ca !== undefined && { ca }),
      timeoutMs: LIMIT_MS,
      clock,
      ...credentialsOf(running, clock.now()),
    });
    return ok(
      `${server.host ?? address} port ${server.port} relays from ${relayed.address}:${relayed.port} (${round(rttMs)} ms).`,
    );
  },
);

/** Row 16: media over TCP, for networks without UDP. */
export const iceTcpCheck = selfTest(
  'network.ice-tcp',
  'Media over TCP can connect',
  async ({ address, tcpPort }, { clock }) => {
    const start = performance.now();
    const problem = await connectTo(address, tcpPort, wait(clock, LIMIT_MS));
    if (problem === undefined) {
      return ok(`${address} port ${tcpPort}/tcp takes connections (${round(performance.now() - start)} ms).`);
    }
    return failed(`${address} port ${tcpPort}/tcp: ${problem}.`, {
      trouble: 'no-media',
      fix: `Open TCP ${tcpPort} in every firewall on the way, and check livekit.nodeIP.`,
      key: 'livekit.tcpPort',
    });
  },
);

/** A real exchange at the address that clients are told. */
function selfTest(
  id: string,
  title: string,
  test: (target: MediaTarget, subject: Subject) => Promise<Outcome>,
): Check {
  return {
    id,
    title,
    async run(subject) {
      const target = await mediaTargetOf(subject);
      if (typeof target === 'string') return skipped(target);
      const outcome = await test(target, subject).catch((error: unknown) =>
        failedBy(error, { trouble: 'behind-firewall' }),
      );
      return outcome.state === 'failed' && isBehindNat(target, subject) ? unsure(outcome) : outcome;
    },
  };
}

/** Many NATs don't carry what a machine sends to its own public address. */
function isBehindNat({ address }: MediaTarget, { addresses }: Subject): boolean {
  return !addresses.facts.interfaces.some((one) => one.address === address);
}

function unsure(outcome: Outcome): Outcome {
  const { trouble, key } = outcome;
  return warning(
    `${outcome.evidence} The address is on no interface of this machine: the NAT before it may not lead back here.`,
    {
      fix: `"didar probe URL" from another network tells for sure. ${outcome.fix ?? ''}`.trim(),
      ...(trouble !== undefined && { trouble }),
      ...(key !== undefined && { key }),
    },
  );
}

function credentialsOf({ apiKey, apiSecret, media }: RunningServer, now: number) {
  return turnCredentials({
    apiKey,
    apiSecret,
    expiry: Math.floor(now / 1000) + CREDENTIALS_LIFE_S,
    expires: atLeast(media.version() ?? EXPIRING_SINCE, EXPIRING_SINCE),
  });
}

/** Undefined when it went well, else why not. */
async function connectTo(host: string, port: number, late: Promise<void>): Promise<string | undefined> {
  const answer = Promise.withResolvers<string | undefined>();
  const socket = connect({ host, port }, () => answer.resolve(undefined));
  socket.once('error', (error) => answer.resolve(messageOf(error)));
  try {
    return await Promise.race([answer.promise, late.then(() => `no answer within ${LIMIT_MS} ms`)]);
  } finally {
    socket.destroy();
  }
}

function round(ms: number): string {
  return ms.toFixed(ms < 10 ? 1 : 0);
}
