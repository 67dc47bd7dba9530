import { isIP } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import { reachOf } from '../network/addresses/classify.ts';
import type { Asking } from './http.ts';
import { MEDIA_PATHS, type Report, type Row } from './report.ts';
import type { IceServer } from './rtc/ice-server.ts';
import { loadPathTrial } from './rtc/load.ts';
import { type Outcome, runStep } from './step.ts';
import { resolve } from './steps/dns.ts';
import { checkHealth, checkReady } from './steps/http.ts';
import { checkSignallingDoor, checkTicket } from './steps/join.ts';
import { trySignalling } from './steps/signalling.ts';
import { checkStunTls, checkStunUdp } from './steps/stun.ts';
import { checkTcp } from './steps/tcp.ts';
import { checkTls } from './steps/tls.ts';
import type { Target } from './target.ts';
import { openTickets, type Ticket, type Tickets } from './tickets.ts';
import type { Trust } from './trust.ts';
import { judge, rowIdOf } from './verdict.ts';

const ANSWER_LIMIT_MS = 5_000;
/** livekit tells clients this port, whatever its configuration says. */
const TURN_TLS_PORT = 443;

export interface ProbeOptions {
  readonly target: Target;
  readonly trust: Trust;
  readonly clock: Clock;
  /** A room to join; the target's when it is a join link. */
  readonly room?: string;
  /** An API token of the server; without a room it makes one for the probe. */
  readonly token?: string;
  /** Where TURN is looked for over UDP while nobody joins. */
  readonly turnPort: number;
  /** Called with each row as it is finished. */
  readonly onRow: (row: Row) => void;
}

/** Goes the way of a client, from the name to the media, as far as it leads. Never throws what a server can cause. */
export async function probe(options: ProbeOptions): Promise<Report> {
  const rows: Row[] = [];
  async function run(...step: Parameters<typeof runStep>): Promise<boolean> {
    const row = await runStep(...step);
    rows.push(row);
    options.onRow(row);
    return row.state !== 'failed';
  }
  const reachable = await goAsFarAsItLeads(options, run);
  const ok = rows.every(({ state }) => state !== 'failed');
  return { url: options.target.url.origin, reachable, ok, rows, verdict: judge(rows) };
}

/** Takes a step; false when it failed. */
type Run = (...step: Parameters<typeof runStep>) => Promise<boolean>;

/** Whether anything answered. */
async function goAsFarAsItLeads(options: ProbeOptions, run: Run): Promise<boolean> {
  const { target, trust, clock } = options;
  const { host, port, url } = target;
  const asking: Asking = { trust, timeoutMs: ANSWER_LIMIT_MS };
  let addresses: readonly string[] = [];
  const isNamed = await run('dns', 'Name', async () => {
    addresses = await resolve(host, clock, ANSWER_LIMIT_MS);
    return { evidence: addresses[0] === host ? 'an address, no name' : `${host} is ${addresses.join(', ')}` };
  });
  if (!isNamed) return false;
  if (!(await run('tcp', 'TCP', () => checkTcp(addresses, port, clock, ANSWER_LIMIT_MS)))) return false;
  const [address = host] = addresses;
  const isSecure = await run('tls', 'TLS', async () =>
    target.tls ? checkTls({ address, port, host }, trust, clock, ANSWER_LIMIT_MS) : withoutTls(host),
  );
  if (!isSecure) return true;
  if (!(await run('http', 'HTTP', () => checkHealth(url, asking, clock)))) return true;
  if (!(await run('ready', 'Readiness', () => checkReady(url, asking)))) return true;
  await tryMedia({ ...options, asking, addresses, address }, run);
  return true;
}

interface Media extends ProbeOptions {
  readonly asking: Asking;
  readonly addresses: readonly string[];
  readonly address: string;
}

async function tryMedia(media: Media, run: Run): Promise<void> {
  const { target, token, asking, room = target.room } = media;
  if (room === undefined && token === undefined) return knock(media, run);
  let tickets: Tickets | undefined;
  let ticket: Ticket | undefined;
  const isIn = await run('join', 'Join', async () => {
    tickets = await openTickets({ url: target.url, asking, token, room });
    ticket = await tickets.take('asking');
    return checkTicket(target, media.addresses, ticket);
  });
  try {
    if (isIn && tickets && ticket) await tryPaths(media, tickets, ticket, run);
  } finally {
    await tickets?.close();
  }
}

async function tryPaths(media: Media, tickets: Tickets, ticket: Ticket, run: Run): Promise<void> {
  const { trust, clock, addresses: serverAddresses } = media;
  const serverPort = media.target.port;
  let iceServers: readonly IceServer[] = [];
  const isWelcome = await run('signalling', 'WebSocket', async () => {
    const welcome = await trySignalling(ticket, trust, clock, ANSWER_LIMIT_MS);
    iceServers = welcome.iceServers;
    return welcome.outcome;
  });
  if (!isWelcome) return;
  const tryPath = await loadPathTrial();
  for (const path of MEDIA_PATHS) {
    await run(rowIdOf(path), `Media by ${path}`, () =>
      tryPath({ path, tickets, iceServers, trust, clock, serverAddresses, serverPort }),
    );
  }
}

/** What can be tried without a join. */
async function knock({ target, trust, clock, turnPort, asking, address }: Media, run: Run): Promise<void> {
  await run('signalling', 'Signalling', () => checkSignallingDoor(target.url, asking));
  const place = { address, clock, timeoutMs: ANSWER_LIMIT_MS };
  await run('stun', 'STUN and TURN by UDP', () => checkStunUdp({ ...place, port: turnPort }));
  if (!target.tls) return;
  await run('turn-tls', 'TURN by TLS', () =>
    checkStunTls({ ...place, port: TURN_TLS_PORT }, target.host, trust),
  );
}

function withoutTls(host: string): Outcome {
  const evidence = 'an http URL';
  if (isIP(host) !== 0 ? reachOf(host) === 'loopback' : host === 'localhost') {
    return { state: 'skipped', evidence };
  }
  return {
    state: 'warning',
    evidence: `${evidence}: browsers give camera and microphone to https pages alone`,
    fix: 'Set server.tls.mode (acme gets a certificate by itself), or put a reverse proxy with TLS in front.',
  };
}
