import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, wait } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import { lookUp } from '../lib/look-up.ts';

const STEP_LIMIT_MS = 1_500;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

export interface ReachUrlOptions {
  /** http or https. */
  readonly url: string;
  readonly skipTLSVerify: boolean;
  readonly clock: Clock;
  /** The last step; HTTP when left out. */
  readonly upTo?: 'TLS' | 'HTTP';
  /** What to do about a step that fails; of livekit-server when left out. */
  readonly fixFor?: (step: Step, host: string, port: number) => string;
}

export interface Reached {
  /** What went well, in order: `DNS 203.0.113.5`, `TCP 7880`. */
  readonly steps: readonly string[];
  readonly problem?: { readonly step: Step; readonly message: string; readonly fix: string };
  /** How far the other clock is ahead of ours; undefined where the answer tells no time. */
  readonly skewSeconds?: number;
}

export type Step = 'DNS' | 'TCP' | 'TLS' | 'HTTP';

/** Goes to a URL step by step, and says which step fails first. Never throws. */
export async function reachUrl(options: ReachUrlOptions): Promise<Reached> {
  const { url, skipTLSVerify, clock, upTo = 'HTTP', fixFor = fixForLiveKit } = options;
  const { protocol, hostname, port: givenPort } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const port = Number(givenPort) || (DEFAULT_PORTS[protocol] ?? 80);
  const isTls = protocol === 'https:';
  const steps: string[] = [];
  let skewSeconds: number | undefined;

  async function dns(): Promise<void> {
    if (isIP(host) !== 0) return;
    const [address = host] = await lookUp(host);
    steps.push(`DNS ${address}`);
  }

  function tcp(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host, port }, () => {
        socket.destroy();
        steps.push(`TCP ${port}`);
        resolve();
      });
      socket.once('error', reject);
    });
  }

  function tls(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({
        host,
        port,
        ...(isIP(host) === 0 && { servername: host }),
        rejectUnauthorized: false,
      });
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        const { fingerprint256 } = socket.getPeerCertificate();
        const why = socket.authorizationError;
        socket.destroy();
        if (!socket.authorized && !skipTLSVerify) {
          reject(new Error(`${String(why)} (its certificate's SHA-256: ${fingerprint256})`));
          return;
        }
        steps.push(socket.authorized ? 'TLS' : `TLS unverified (${fingerprint256})`);
        resolve();
      });
    });
  }

  async function http(): Promise<void> {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(STEP_LIMIT_MS),
      tls: { rejectUnauthorized: !skipTLSVerify },
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    steps.push(`HTTP ${answer.status}`);
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(date)) skewSeconds = Math.round((date - clock.now()) / 1000);
  }

  const walk: readonly (readonly [Step, () => Promise<void>])[] = [
    ['DNS', dns],
    ['TCP', tcp],
    ...(isTls ? [['TLS', tls] as const] : []),
    ...(upTo === 'HTTP' ? [['HTTP', http] as const] : []),
  ];
  for (const [step, take] of walk) {
    const message = await problemOf(take(), clock);
    if (message !== undefined) return { steps, problem: { step, message, fix: fixFor(step, host, port) } };
  }
  return { steps, ...(skewSeconds !== undefined && { skewSeconds }) };
}

async function problemOf(step: Promise<void>, clock: Clock): Promise<string | undefined> {
  const late = wait(clock, STEP_LIMIT_MS).then(() => `no answer within ${STEP_LIMIT_MS / 1000} s`);
  return Promise.race([step.then(() => undefined, messageOf), late]);
}

function fixForLiveKit(step: Step, host: string, port: number): string {
  switch (step) {
    case 'DNS':
      return `Correct the name ${host} in livekit.internalHost, or give it an address in DNS.`;
    case 'TCP':
      return `Start livekit-server there, check the port, and let TCP ${port} through the firewalls between.`;
    case 'TLS':
      return 'Set livekit.skipTLSVerify: true if that is the certificate, or have this machine trust its CA.';
    case 'HTTP':
      return `What answers at port ${port} is no healthy livekit-server: check the URL and that server's log.`;
  }
}
