import { afterEach, describe, expect, test } from 'bun:test';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Diagnosis } from '../../src/modules/doctor/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { Ready } from '../../src/modules/system/model.ts';
import { type Pebble, startPebble } from '../fixtures/pebble/pebble.ts';
import { providePebble } from '../fixtures/pebble/provide.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { takePorts } from '../harness/ports.ts';
import '../harness/slow.ts';
import { eventually, PATIENCE_MS, within } from '../harness/within.ts';

const NAME = 'meet.example.org';
/** The pauses between attempts grow to 40 s while the authority is cut off here; then one has to succeed. */
const MENDED_MS = 90_000;
const MENDING_TEST_MS = 240_000;
const pebblePath = await providePebble();

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface StartOptions {
  readonly acmeDirectory?: string;
  /** Whether the way to the authority can be cut. */
  readonly byRelay?: boolean;
}

/** An authority that looks for `known`, and a daemon that asks it for a certificate of its own name. */
async function start(
  known: string,
  { acmeDirectory, byRelay = false }: StartOptions = {},
): Promise<{ didar: Didar; pebble: Pebble; port: number; relay: Relay | undefined }> {
  const ports = await takePorts();
  ends.push(() => ports.release());
  const pebble = await startPebble({
    path: pebblePath ?? '',
    name: known,
    tlsPort: ports.server,
    httpPort: ports.spare,
    lifeSeconds: 15,
  });
  ends.push(() => pebble.stop());
  const relay = byRelay ? await openRelay(Number(new URL(pebble.directoryUrl).port)) : undefined;
  const directory = relay ? `https://localhost:${relay.port}/dir` : pebble.directoryUrl;
  const tls = { mode: 'acme', email: 'ops@example.org', acmeDirectory: acmeDirectory ?? directory };
  const didar = await startDidar({
    config: { server: { host: NAME, port: ports.server, tls } },
    env: { NODE_EXTRA_CA_CERTS: pebble.apiCa },
    askOverSocket: true,
  });
  ends.push(() => didar.cleanUp());
  return { didar, pebble, port: ports.server, relay };
}

interface Relay {
  readonly port: number;
  /** Ends what is open, and takes nothing more. */
  cut(): void;
  mend(): void;
}

/** A way to a port of this machine that can be cut. */
async function openRelay(to: number): Promise<Relay> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const inner = connectTcp(to, '127.0.0.1');
    socket.pipe(inner).pipe(socket);
    for (const end of [socket, inner]) {
      open.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => {
        open.delete(end);
        socket.destroy();
        inner.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  ends.push(() => server.close());
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    cut() {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend() {
      isCut = false;
    },
  };
}

/** A connection that trusts what the authority signs and nothing else. */
function dial(port: number, ca: string, rejectUnauthorized = true): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername: NAME, ca, rejectUnauthorized };
    const socket = connect(options, () => resolve(socket));
    socket.on('error', reject);
    ends.push(() => socket.destroy());
  });
}

const fingerprint = (socket: TLSSocket) => socket.getPeerCertificate().fingerprint256;
const certificate = async (didar: Didar) =>
  (await asAdmin<NetworkHealth>(didar, '/api/system/network')).certificate;

async function asks(socket: TLSSocket): Promise<string> {
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  socket.write(`GET /api/health HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`);
  return String(await answer).split('\r\n')[0] ?? '';
}

describe.skipIf(pebblePath === undefined)('certificates from an ACME authority', () => {
  test('one is got at the start, renewed in time, and nobody is dropped for it', async () => {
    const { didar, pebble, port } = await start(NAME);
    const ca = await pebble.root();
    const early = await eventually(() => dial(port, ca), 'a certificate of the authority');
    expect(await asks(early)).toBe('HTTP/1.1 200 OK');
    const late = await eventually(async () => {
      const socket = await dial(port, ca);
      if (fingerprint(socket) !== fingerprint(early)) return socket;
      socket.destroy();
      return undefined;
    }, 'a renewed certificate');
    expect(await asks(early)).toBe('HTTP/1.1 200 OK');
    expect(await asks(late)).toBe('HTTP/1.1 200 OK');
    expect(await certificate(didar)).toMatchObject({ mode: 'acme', subjects: [NAME], problem: null });
  });

  test('an authority that cannot be reached is named, and HTTPS is served nevertheless', async () => {
    const { didar, port } = await start(NAME, { acmeDirectory: 'https://localhost:1/dir' });
    const { problem } = await eventually(async () => {
      const now = await certificate(didar);
      return now?.problem?.includes('https://localhost:1/dir') ? now : undefined;
    }, 'the problem in the API');
    expect(problem).toContain('https://localhost:1/dir');
    expect(await asks(await dial(port, '', false))).toBe('HTTP/1.1 200 OK');
    await expect(fetch(`http://127.0.0.1:${port}/api/health`)).resolves.toMatchObject({ status: 400 });
  });

  test(
    'a renewal that fails is named while there is time, and after, and is over when it is mended',
    async () => {
      const { didar, pebble, port, relay } = await start(NAME, { byRelay: true });
      if (!relay) throw new Error('there is no relay');
      const ca = await pebble.root();
      await eventually(() => dial(port, ca), 'a certificate of the authority');
      const told = (state: string, evidence: RegExp, limitMs = PATIENCE_MS) =>
        within(
          limitMs,
          async () => {
            const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
            const found = findings.find(({ id }) => id === 'network.certificate');
            return found?.state === state && evidence.test(found.evidence) ? found : undefined;
          },
          `the doctor to say ${state} of the certificate`,
        );
      await told('ok', /^For meet\.example\.org, until /);

      relay.cut();
      const { fix } = await told('warning', /The last renewal failed: The authority at .* cannot be used/);
      expect(fix).toContain('server.tls.acmeDirectory');
      await told('failed', /^It expired on .* The last renewal failed/);
      const { ready, checks } = (await didar.local<Ready>('/api/ready')).body;
      expect([ready, checks.certificate.ok]).toEqual([true, false]);
      expect(checks.certificate.reason).toMatch(/^The certificate expired at .* cannot be used/);

      relay.mend();
      await told('ok', /^For meet\.example\.org, until /, MENDED_MS);
      expect((await didar.local<Ready>('/api/ready')).body.checks.certificate).toEqual({ ok: true });
      await dial(port, ca);
    },
    MENDING_TEST_MS,
  );

  test('a name that leads elsewhere is named, with what the authority said', async () => {
    const { didar } = await start('elsewhere.example.org');
    const { problem } = await eventually(async () => {
      const now = await certificate(didar);
      return now?.problem?.includes('tls-alpn-01') ? now : undefined;
    }, 'the problem in the API');
    expect(problem).toContain(NAME);
    expect(problem).toContain('tls-alpn-01');
  });
});
