import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Page } from 'playwright-core';
import type { MediaPath } from '../../src/modules/participants/model.ts';
import type { Room } from '../../src/modules/rooms/model.ts';
import { createAuthority, issueLeaf } from '../../src/network/tls/authority.ts';
import { readCertificate } from '../../src/network/tls/certificate.ts';
import type { Report } from '../../src/probe/report.ts';
import { type Didar, startDidar } from '../harness/didar.ts';
import { didarCommand } from '../harness/executable.ts';
import { createRoom, participants } from '../harness/people.ts';
import { runProcess } from '../harness/process.ts';
import { eventually } from '../harness/within.ts';
import { call, startChromiumOn, travelOf } from './caller.ts';
import { createLab, type Joined, type Lab, SERVER } from './network.ts';

/** What an operator sets up, with one name: everything else is as it comes. */
const CONFIG = {
  server: { host: SERVER.name, bind: '::', port: 443 },
  livekit: {
    port: 7880,
    tcpPort: 7881,
    udpPorts: '50000-60000',
    turn: { udpPort: 3478, tlsPort: 5349, relayPorts: '30000-40000' },
  },
};
const authority = await createAuthority('Lab', Date.now());
const ENOUGH_FRAMES = 5;

/** A server on one host, and a browser on another. */
export interface Site {
  readonly lab: Lab;
  /** Gives the server another certificate, as a renewal by the operator's own means would; returns its fingerprint. */
  renewCertificate(): Promise<string>;
  /** The fingerprint of the certificate that a new connection is shown. */
  shownCertificate(): Promise<string>;
  /** What `didar probe` tells of a new room, from the client's host. */
  probe(): Promise<Report>;
  /** Two people join a new room and wait for each other's picture and sound. */
  meet(): Promise<Meeting>;
  close(): Promise<void>;
}

export interface Meeting {
  readonly room: Room;
  readonly pages: readonly [Page, Page];
  /** From the first click to the last picture. */
  readonly tookMs: number;
  /** How media travels, as both browsers tell. */
  travels(): Promise<string[]>;
  /** Resolves once the API tells this path of both. */
  isTold(path: MediaPath): Promise<unknown>;
  /** Resolves once more pictures have come on both sides than now. */
  goesOn(): Promise<void>;
  leave(): Promise<void>;
}

export async function openSite(chromium: string, joined: Joined, nodeIP: string): Promise<Site> {
  const lab = createLab(joined);
  const closing: (() => unknown)[] = [() => lab.close()];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const directory = mkdtempSync(`${tmpdir()}/didar-site-`);
    closing.push(() => rmSync(directory, { recursive: true }));
    const tls = { mode: 'files', cert: `${directory}/cert.pem`, key: `${directory}/key.pem` };
    const renewCertificate = () => issue(tls);
    await renewCertificate();
    const config = {
      server: { ...CONFIG.server, tls },
      livekit: { ...CONFIG.livekit, nodeIP },
    };
    const didar = await startDidar({ config, prefix: lab.on('server'), askOverSocket: true });
    closing.push(() => didar.cleanUp());
    const { browser, close: closeBrowser } = await startChromiumOn(lab.on('client'), chromium);
    closing.push(closeBrowser);
    const join = (room: Room, name: string) =>
      call(browser, `https://${SERVER.name}/room/${room.name}`, name);
    return {
      lab,
      renewCertificate,
      shownCertificate: () => shownTo(lab.on('client')),
      meet: () => meet(didar, join),
      probe: async () => probeFrom(lab.on('client'), (await createRoom(didar)).name, directory),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function issue(files: { readonly cert: string; readonly key: string }): Promise<string> {
  const leaf = await issueLeaf(authority, { names: [SERVER.name], addresses: [] }, Date.now());
  writeFileSync(files.cert, leaf.cert);
  writeFileSync(files.key, leaf.key);
  return readCertificate(leaf.cert, leaf.key).fingerprint;
}

async function probeFrom(prefix: readonly string[], room: string, directory: string): Promise<Report> {
  writeFileSync(`${directory}/ca.pem`, authority.cert);
  const url = `https://${SERVER.name}/room/${room}`;
  const { stdout, stderr } = await runProcess({
    command: [...prefix, ...didarCommand(), 'probe', url, '--ca', `${directory}/ca.pem`, '--json'],
    env: process.env,
  });
  if (!stdout.startsWith('{')) throw new Error(`no report but: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Report;
}

async function shownTo(prefix: readonly string[]): Promise<string> {
  const show = `openssl s_client -connect ${SERVER.name}:443 -servername ${SERVER.name} </dev/null 2>/dev/null`;
  const { stdout } = await runProcess({
    command: [...prefix, 'sh', '-c', `${show} | openssl x509 -noout -fingerprint -sha256`],
    env: process.env,
  });
  return stdout.trim().split('=')[1] ?? stdout;
}

async function meet(didar: Didar, join: (room: Room, name: string) => Promise<Page>): Promise<Meeting> {
  const room = await createRoom(didar);
  const started = performance.now();
  const pages = [await join(room, 'Ada'), await join(room, 'Grace')] as const;
  const framesPast = (least: readonly number[]) =>
    eventually(async () => {
      const now = await Promise.all(pages.map(travelOf));
      return now.every(
        ({ framesDecoded, audioBytes }, i) => framesDecoded > (least[i] ?? 0) && audioBytes > 0,
      );
    }, 'pictures and sound on both sides');
  const leave = async () => void (await Promise.all(pages.map((page) => page.context().close())));

  try {
    await framesPast([ENOUGH_FRAMES, ENOUGH_FRAMES]);
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    room,
    pages,
    tookMs: performance.now() - started,
    leave,
    travels: async () => (await Promise.all(pages.map(travelOf))).map(({ path }) => path),
    isTold: (path) =>
      eventually(
        async () => (await participants(didar, room.name)).every((person) => person.path === path),
        `the path ${path} of both in the API`,
      ),
    async goesOn() {
      const now = await Promise.all(pages.map(travelOf));
      await framesPast(now.map(({ framesDecoded }) => framesDecoded + ENOUGH_FRAMES));
    },
  };
}
