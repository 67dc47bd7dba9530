import { createSocket } from 'node:dgram';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';

/** Below the kernel's ephemeral range (32768 and up), so that no outgoing connection takes one of ours. */
const FIRST_PORT = 20_000;
const BLOCK_SIZE = 100;
const BLOCKS = 120;
const REGISTRY = `${tmpdir()}/didar-test-ports`;
const MEDIA_PORTS = 40;

/** Everything one daemon and its livekit-server listen on; no two of them overlap, nor do two daemons' sets. */
export interface Ports {
  readonly server: number;
  readonly livekit: number;
  readonly livekitTcp: number;
  readonly turnUdp: number;
  readonly turnTls: number;
  /** Free for what a test wants to put somewhere. */
  readonly spare: number;
  readonly udp: string;
  readonly relay: string;
  release(): void;
}

/**
 * Takes a block of ports for the life of this process, or until `release`. Blocks are claimed by a directory
 * named after them, so tests that run at the same time never pick the same; a dead claimer's block is taken over.
 */
export async function takePorts(): Promise<Ports> {
  mkdirSync(REGISTRY, { recursive: true });
  const start = Math.floor(Math.random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const base = FIRST_PORT + ((start + i) % BLOCKS) * BLOCK_SIZE;
    const claim = `${REGISTRY}/${base}`;
    if (!claimed(claim)) continue;
    if (await allFree(base)) return layOut(base, claim);
    rmSync(claim, { recursive: true, force: true });
  }
  throw new Error(`no free block of ${BLOCK_SIZE} ports between ${FIRST_PORT} and the ephemeral range`);
}

function layOut(base: number, claim: string): Ports {
  return {
    server: base,
    livekit: base + 1,
    livekitTcp: base + 2,
    turnUdp: base + 3,
    turnTls: base + 4,
    spare: base + 5,
    udp: `${base + 10}-${base + 9 + MEDIA_PORTS}`,
    relay: `${base + 10 + MEDIA_PORTS}-${base + 9 + 2 * MEDIA_PORTS}`,
    release: () => rmSync(claim, { recursive: true, force: true }),
  };
}

function claimed(claim: string): boolean {
  try {
    mkdirSync(claim);
  } catch {
    if (holderLives(claim)) return false;
    rmSync(claim, { recursive: true, force: true });
    return false;
  }
  writeFileSync(`${claim}/pid`, String(process.pid));
  return true;
}

/** A claim without a pid is one being made; it counts as alive. */
function holderLives(claim: string): boolean {
  try {
    process.kill(Number(readFileSync(`${claim}/pid`, 'utf8')), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function allFree(base: number): Promise<boolean> {
  const ports = Array.from({ length: BLOCK_SIZE }, (_, i) => base + i);
  const results = await Promise.all(ports.map((port, i) => (i < 10 ? bothFree(port) : udpFree(port))));
  return results.every(Boolean);
}

async function bothFree(port: number): Promise<boolean> {
  return (await tcpFree(port)) && (await udpFree(port));
}

function tcpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}

function udpFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '0.0.0.0', () => socket.close(() => resolve(true)));
  });
}
