import { connect } from 'node:net';
import type { Clock } from '../../../lib/clock.ts';
import { DomainError, messageOf } from '../../../lib/errors.ts';
import type { NetworkPlan } from '../plan.ts';
import type { PlannedTest, Seen } from '../planned-test.ts';
import { addressOf } from './address-of.ts';
import { TEST_LIMIT_MS } from './stun-tests.ts';

export interface SignallingTestOptions {
  readonly plan: Pick<NetworkPlan, 'signallingUrl' | 'tls'>;
  /** A join token that the gate lets through, and a call that ends this. */
  readonly token: () => { readonly text: string; readonly end: () => void };
  readonly clock: Clock;
}

/** Asks livekit, by the URL that clients are given, whether it would take a join token: all that signalling needs. */
export function signallingTest({ plan, token, clock }: SignallingTestOptions): PlannedTest {
  const url = plan.signallingUrl();
  return {
    name: 'signalling',
    title: 'Signalling',
    async run(): Promise<Seen> {
      const started = clock.now();
      const { text, end } = token();
      try {
        await addressOf(hostOf(url));
        const ca = plan.tls?.certificates.caPem();
        const answer = await fetch(`${url}/rtc/validate?access_token=${text}`, {
          signal: AbortSignal.timeout(TEST_LIMIT_MS),
          ...(ca !== undefined && { tls: { ca } }),
        });
        const said = (await answer.text()).slice(0, 200);
        if (!answer.ok) throw notOurs(url, answer.status, said);
        return { evidence: `livekit takes a join token at ${url}`, ms: clock.now() - started };
      } catch (error) {
        throw error instanceof DomainError ? error : unreachable(url, error);
      } finally {
        end();
      }
    },
  };
}

/** Media over TCP, at the address that clients are told. */
export function iceTcpTest({
  node,
  port,
  clock,
}: {
  readonly node: NetworkPlan['node'];
  readonly port: number;
  readonly clock: Clock;
}): PlannedTest {
  return {
    name: 'ice-tcp',
    title: `Media over TCP, port ${port}`,
    async run() {
      const started = clock.now();
      await opened(node.ip, port, clock);
      return { evidence: `${node.ip} took a connection`, ms: clock.now() - started };
    },
  };
}

function opened(address: string, port: number, clock: Clock): Promise<void> {
  const place = `${address} port ${port}/tcp`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const over = (finish: () => void) => {
      cancel();
      socket.destroy();
      finish();
    };
    const cancel = clock.after(TEST_LIMIT_MS, () =>
      over(() => reject(closed(`${place} did not answer within ${TEST_LIMIT_MS} ms.`))),
    );
    socket.once('connect', () => over(resolve));
    socket.once('error', (error) =>
      over(() => reject(closed(`${place} cannot be reached: ${error.message}.`))),
    );
  });
}

function closed(message: string): DomainError {
  return new DomainError('ice_tcp_closed', message, {
    fix: 'Check livekit.nodeIP, that livekit-server runs, and that livekit.tcpPort is open in every firewall on the way.',
  });
}

/** IPv6 addresses stand in brackets in a URL. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

function notOurs(url: string, status: number, said: string): DomainError {
  return new DomainError('signalling_refused', `${url} answered ${status}: ${said}`, {
    fix: 'Check that the URL leads to this server and not to another one, and that a proxy in front passes /rtc on.',
  });
}

function unreachable(url: string, cause: unknown): DomainError {
  const message = messageOf(cause);
  return new DomainError('signalling_unreachable', `${url} cannot be reached from here: ${message}`, {
    fix: /certificate|altname/i.test(message)
      ? 'Use a certificate for this name from an authority that clients trust (server.tls.mode: acme gets one by itself), or have them trust yours.'
      : 'Check that the name leads to this machine, that server.bind listens there, and firewalls.',
    cause,
  });
}
